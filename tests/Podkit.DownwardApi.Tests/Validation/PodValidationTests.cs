using System.Text.Json;
using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.DownwardApi.Tests;

public class PodValidationTests
{
    public static TheoryData<string, string[]> Recorded()
    {
        var data = new TheoryData<string, string[]>();
        foreach (var exchange in Vectors.Load("pod-validation.json").EnumerateArray())
        {
            var body = exchange.GetProperty("body");
            var status = exchange.GetProperty("response").GetProperty("status").GetInt32();
            if (body.GetProperty("kind").GetString() == "Pod" && status is 201 or 422)
                data.Add(body.GetRawText(), [.. Causes(exchange).Where(IsDownwardApi)]);
        }
        return data;
    }

    [Theory, MemberData(nameof(Recorded))]
    public void The_errors_are_those_of_the_API_server(string pod, string[] expected)
    {
        Validate(JsonSerializer.Deserialize(pod, KubernetesJson.Default.CoreV1Pod)!).ShouldBe(expected);
    }

    [Fact]
    public void The_recording_holds_every_kind_of_error()
    {
        Recorded().Count(row => ((string[])row[1]).Length > 0).ShouldBeGreaterThanOrEqualTo(30);
    }

    private static List<string> Validate(Pod pod)
    {
        var errors = new List<FieldError>();
        var spec = FieldPath.Root("spec");
        for (var i = 0; i < pod.Spec.Volumes?.Count; i++)
        {
            var volume = spec.Child("volumes").Index(i);
            if (pod.Spec.Volumes[i].DownwardAPI is { } downward)
                DownwardApiValidation.ValidateDownwardApiVolume(downward, volume.Child("downwardAPI"), errors);
            if (pod.Spec.Volumes[i].Projected is { } projected)
                DownwardApiValidation.ValidateProjectedVolume(projected, volume.Child("projected"), errors);
        }
        for (var i = 0; i < pod.Spec.Containers.Count; i++)
        {
            var container = spec.Child("containers").Index(i);
            DownwardApiValidation.ValidateEnv(pod.Spec.Containers[i].Env, container.Child("env"), errors);
            DownwardApiValidation.ValidateEnvFrom(pod.Spec.Containers[i].EnvFrom, container.Child("envFrom"), errors);
        }
        return errors.ConvertAll(e => $"{e.Type} {e.Field}: {e.Message}");
    }

    private static bool IsDownwardApi(string cause) =>
        cause.Contains("].env", StringComparison.Ordinal)
        || cause.Contains("].downwardAPI", StringComparison.Ordinal)
        || cause.Contains("].projected", StringComparison.Ordinal);

    private static IEnumerable<string> Causes(JsonElement exchange) =>
        exchange.GetProperty("response").GetProperty("body").TryGetProperty("details", out var details)
        && details.TryGetProperty("causes", out var causes)
            ? causes.EnumerateArray().Select(c => $"{c.Text("reason")} {c.Text("field")}: {c.Text("message")}")
            : [];
}
