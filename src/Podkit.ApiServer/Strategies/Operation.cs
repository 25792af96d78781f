namespace Podkit.ApiServer.Strategies;

/// <summary>What happens to an object.</summary>
internal enum Operation
{
    Create,
    Update,
    Delete,
}
