namespace Podkit.Client;

/// <summary>Starts what lives longer than its caller: outside the caller's trace, and without what else flows with it.</summary>
internal static class Detached
{
    public static Task Run(Func<Task> run)
    {
        if (ExecutionContext.IsFlowSuppressed()) return Task.Run(run);
        using (ExecutionContext.SuppressFlow()) return Task.Run(run);
    }
}
