namespace Podkit.ApiServer.Strategies;

/// <summary>All kinds that have something particular, but for those that authorization brings.</summary>
internal static class KindStrategies
{
    public static void Register(StrategyRegistry strategies)
    {
        strategies.Register(new PodStrategy());
    }
}
