namespace Podkit.Metadata;

/// <summary>What controls a pod.</summary>
/// <param name="Kind">Its kind, such as <c>ReplicaSet</c>, <c>StatefulSet</c>, <c>DaemonSet</c> or <c>Job</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its UID; empty when unknown.</param>
public sealed record PodOwner(string Kind, string Name, string Uid = "");
