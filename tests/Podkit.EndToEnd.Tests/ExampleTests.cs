using Podkit.EndToEnd.Tests.Harness;

namespace Podkit.EndToEnd.Tests;

/// <summary>The README's first command, with a real kubectl beside it.</summary>
public class ExampleTests
{
    [Fact]
    public async Task The_example_runs_follows_its_label_answers_kubectl_and_leaves_nothing_behind()
    {
        var files = Machine.Files();
        var mounts = Machine.Mounts();
        var ports = Machine.Listening();
        await using var pod = LocalPod.RunFolder(Repository.Example);
        var run = pod.Program;
        await pod.ReadyAsync();

        // Who it is, where it runs, what its limits are.
        (await run.WaitForAsync("I am default/self-aware")).ShouldContain("account self-aware, team platform, first env production");
        (await run.WaitForAsync("I run on ")).ShouldContain("host 127.0.0.1");
        await run.WaitForAsync("env=production limits: 250 millicores, 64 MiB, 128 MiB of storage");
        await run.WaitForAsync("env=production requests: 50 millicores, 32 MiB, 16 MiB of storage");
        await run.WaitForAsync("env=production line ");

        // The lister, through the ambassador, without a token or TLS of its own.
        await run.WaitForAsync(l => l.Contains("pod self-aware 3/3 Running", StringComparison.Ordinal));

        // The very next line carries the new label.
        (await pod.KubectlAsync("label", "pod", "self-aware", "env=staging", "--overwrite")).ShouldBe((0, "pod/self-aware labeled"));
        await NextLineCarriesAsync(run, "env=staging line ");
        (await pod.KubectlAsync("annotate", "pod", "self-aware", "example.com/team=web", "--overwrite")).ShouldBe((0, "pod/self-aware annotated"));

        await KubectlReadsAsync(pod);
        (await pod.StopAsync()).ShouldBe(0, run.Output);
        Machine.Files().Except(files).ShouldBeEmpty();
        Machine.Mounts().Except(mounts).ShouldBeEmpty();
        Machine.Listening().Except(ports).ShouldBeEmpty();
        Machine.Processes("podkit/podkit").ShouldBeEmpty();
        Machine.Processes("etc/podinfo/labels").ShouldBeEmpty();
        File.Exists(pod.Kubeconfig).ShouldBeFalse();
    }

    [Fact]
    public async Task The_pod_that_asks_through_its_ambassador_reads_itself_its_log_and_its_changes()
    {
        await using var pod = LocalPod.RunFolder(Path.Combine(Repository.Root, "examples", "ambassador-pod"));
        await pod.ReadyAsync();
        (await pod.Program.WaitForAsync("I have labels")).ShouldContain("\"env\":\"production\"");
        (await pod.Program.WaitForAsync("I have limits")).ShouldContain("\"cpu\":\"250m\"");
        (await pod.Program.WaitForAsync("my log begins with: ")).ShouldMatch("my log begins with: (curl: |no answer yet|I have labels)");
        await pod.Program.WaitForAsync("now labels");
        (await pod.KubectlAsync("label", "pod", "ambassador-pod", "env=staging", "--overwrite")).ExitCode.ShouldBe(0);
        await pod.Program.WaitForAsync(l => l.Contains("now labels", StringComparison.Ordinal) && l.Contains("\"env\":\"staging\"", StringComparison.Ordinal));
        (await pod.StopAsync()).ShouldBe(0, pod.Program.Output);
    }

    /// <summary>One line may have been on its way when the label changed; the one begun after it carries the new value.</summary>
    private static async Task NextLineCarriesAsync(Harness.Program run, string text)
    {
        var mark = run.Mark();
        var onItsWay = await run.WaitForAsync("| env=", mark);
        if (!onItsWay.Contains(text, StringComparison.Ordinal)) (await run.WaitForAsync(l => l.Contains("| env=", StringComparison.Ordinal) && l != onItsWay, mark)).ShouldContain(text);
    }

    private static async Task KubectlReadsAsync(LocalPod pod)
    {
        var (code, wide) = await pod.KubectlAsync("get", "pods", "-o", "wide");
        code.ShouldBe(0, wide);
        wide.ShouldMatch(@"^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\nself-aware +3/3 +Running +0 +\S+ +127\.88\.\S+ +\S+ +<none> +<none>");

        (code, var yaml) = await pod.KubectlAsync("get", "pod", "self-aware", "-o", "yaml");
        code.ShouldBe(0, yaml);
        yaml.ShouldContain("env: staging");
        yaml.ShouldContain("phase: Running");

        (code, var logs) = await pod.KubectlAsync("logs", "self-aware", "-c", "logger", "--tail", "1");
        code.ShouldBe(0, logs);
        logs.ShouldMatch("^env=staging line [0-9]+$");

        await using (var follow = pod.StartKubectl("logs", "self-aware", "-c", "logger", "-f"))
            await follow.WaitForAsync("env=staging line ");

        (code, var described) = await pod.KubectlAsync("describe", "pod", "self-aware");
        code.ShouldBe(0, described);
        described.ShouldMatch("Service Account: +self-aware");
        described.ShouldContain("Started container logger");

        (await pod.KubectlAsync("auth", "can-i", "list", "pods", "--as=system:serviceaccount:default:self-aware")).ShouldBe((0, "yes"));
        (await pod.KubectlAsync("auth", "can-i", "delete", "pods", "--as=system:serviceaccount:default:self-aware")).ShouldBe((1, "no"));
        (code, var rules) = await pod.KubectlAsync("auth", "can-i", "--list", "--as=system:serviceaccount:default:self-aware");
        code.ShouldBe(0, rules);
        rules.ShouldMatch(@"pods +\[\] +\[\] +\[list\]");
    }

    [Fact]
    public async Task Deleting_the_pod_with_kubectl_ends_the_run()
    {
        await using var pod = LocalPod.RunFolder(Repository.Example);
        await pod.ReadyAsync();
        await pod.Program.WaitForAsync("env=production line ");
        (await pod.KubectlAsync("delete", "pod", "self-aware")).ShouldBe((0, "pod \"self-aware\" deleted"));
        (await pod.Program.EndAsync()).ShouldBe(0, pod.Program.Output);
        pod.Program.Output.ShouldContain("self-aware was deleted");
    }

    [Fact]
    public async Task The_example_runs_on_the_plain_runtime_too_with_one_warning()
    {
        await using var pod = LocalPod.RunFolder(Repository.Example, "--runtime", "plain");
        await pod.Program.WaitForAsync("env=production line ");
        await pod.Program.WaitForAsync("pod self-aware 3/3 Running");
        (await pod.KubectlAsync("label", "pod", "self-aware", "env=staging", "--overwrite")).ExitCode.ShouldBe(0);
        await NextLineCarriesAsync(pod.Program, "env=staging line ");
        (await pod.StopAsync()).ShouldBe(0, pod.Program.Output);
        pod.Program.Output.Split('\n').Count(l => l.Contains("PODKIT_VOLUMES", StringComparison.Ordinal)).ShouldBe(1);
    }
}
