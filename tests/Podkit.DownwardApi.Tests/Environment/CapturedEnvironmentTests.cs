namespace Podkit.DownwardApi.Tests;

public class CapturedEnvironmentTests
{
    public static TheoryData<string> Cases() =>
        [.. KubeletCapture.Instance.Cases.Where(c => c.TryGetProperty("env", out _)).Select(c => c.Text("case")!)];

    [Fact]
    public void There_are_thirteen_pods() => Cases().Count.ShouldBe(13);

    [Theory, MemberData(nameof(Cases))]
    public void The_environment_and_the_arguments_are_those_of_a_real_kubelet(string name)
    {
        var one = KubeletCapture.Instance.Case(name);
        var pod = KubeletCapture.Instance.Pod(one);
        var environment = PodEnvironment.Resolve(pod, pod.Spec.Containers[0], KubeletCapture.Instance.Context(pod));
        environment.Errors.ShouldBeEmpty();

        // What the image and the runtime add.
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/bin:/usr/bin:/sbin",
            ["HOME"] = "/",
            ["HOSTNAME"] = pod.Spec.HostNetwork == true ? "vm" : pod.Metadata.Name!,
        };
        foreach (var (key, value) in environment.Variables)
            variables[key] = value;
        variables.Select(v => $"{v.Key}={v.Value}").ShouldBe(one.GetProperty("env").EnumerateArray().Select(v => v.GetString()));

        // sh -c SCRIPT NAME ARGUMENT...; the script prints its name and its arguments.
        string[] words = [.. environment.Command, .. environment.Args];
        words[..3].ShouldBe(pod.Spec.Containers[0].Command!.Take(3));
        var printed = words.Length == 3 ? " sh" : " " + string.Join(' ', words[3..]);
        printed.ShouldBe(one.Text("args"));
    }
}
