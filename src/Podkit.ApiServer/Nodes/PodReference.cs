namespace Podkit.ApiServer;

/// <summary>Which pod a request to the kubelet is about.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its UID: another pod of the same name is not meant.</param>
/// <param name="NodeName">The node it is bound to.</param>
public sealed record PodReference(string Namespace, string Name, string Uid, string NodeName);
