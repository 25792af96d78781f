using Podkit.Model;

namespace Podkit.ApiServer.Controllers;

/// <summary>Which object is meant.</summary>
internal readonly record struct ObjectReference(ResourceKind Kind, string Namespace, string Name, string Uid);
