using System.Text.Json;

namespace Podkit.Model.Tests.Naming;

public class NamesTests
{
    private static readonly Dictionary<string, Func<string, IReadOnlyList<string>>> Rules = new()
    {
        ["configMapKey"] = Names.IsConfigMapKey,
        ["dns1035Label"] = Names.IsDns1035Label,
        ["dns1123Label"] = Names.IsDns1123Label,
        ["dns1123Subdomain"] = Names.IsDns1123Subdomain,
        ["envVarName"] = Names.IsEnvVarName,
        ["labelValue"] = Names.IsLabelValue,
        ["qualifiedName"] = Names.IsQualifiedName,
        ["relaxedEnvVarName"] = Names.IsRelaxedEnvVarName,
    };

    public static TheoryData<string> Cases() => [.. Vectors.Load("names").Select(c => c.GetRawText()).Distinct()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_recorded_name_is_judged_in_Kubernetes_words(string recorded)
    {
        foreach (var property in JsonDocument.Parse(recorded).RootElement.EnumerateObject().Where(p => p.Name != "in"))
        {
            var name = JsonDocument.Parse(recorded).RootElement.GetProperty("in").GetString()!;
            Rules[property.Name](name).ShouldBe(property.Value.EnumerateArray().Select(e => e.GetString()), $"{property.Name} of '{name}'");
        }
    }
}
