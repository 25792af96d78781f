namespace Podkit.Node.Runtime.ControlGroups;

/// <summary>Makes the control groups of containers where this machine lets this user have them.</summary>
internal class ControlGroupFactory : IDisposable
{
    /// <summary>A group for a container's limits, or null when it has none or this machine cannot hold it to them.</summary>
    public virtual ControlGroup? Create(ContainerSpec spec) => null;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Removes what the factory itself made.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
