namespace Podkit.Examples.WebApp;

/// <summary>Options from the annotation <c>tenant</c>, which is JSON.</summary>
internal sealed class Tenant
{
    public string Name { get; set; } = "nobody";

    public int Seats { get; set; }
}
