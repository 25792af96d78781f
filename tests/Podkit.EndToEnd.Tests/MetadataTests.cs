using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Podkit.EndToEnd.Tests.Harness;

namespace Podkit.EndToEnd.Tests;

/// <summary>The .NET samples on Podkit.Metadata in a pod of the local cluster, whose labels real clients change.</summary>
public partial class MetadataTests
{
    private const int Patches = 500;

    [Theory]
    [InlineData("auto")]
    [InlineData("plain")]
    public async Task The_samples_know_their_pod_and_follow_its_label(string runtime)
    {
        await using var pod = Start("--runtime", runtime);
        await pod.ReadyAsync();
        (await pod.Program.WaitForAsync("I am default/dotnet-pod")).ShouldContain("team platform");
        (await pod.Program.WaitForAsync("I run on ")).ShouldContain("host 127.0.0.1, pod 127.88.");
        await pod.Program.WaitForAsync("limits: 0.25 cores, 134217728 bytes");
        (await pod.Program.WaitForAsync(IsLine)).ShouldContain("=> k8s.pod.label.env:production ");

        using var web = new HttpClient { BaseAddress = await AddressAsync(pod) };
        (await web.GetStringAsync("/")).ShouldMatch("^default/dotnet-pod on .+, env=production$");
        (await web.GetStringAsync("/env")).ShouldBe("production");
        (await web.GetStringAsync("/tenant")).ShouldBe("acme, 25 seats");
        (await web.GetStringAsync("/healthz")).ShouldStartWith("pod default/dotnet-pod; token valid until ");

        (await pod.KubectlAsync("label", "pod", "dotnet-pod", "env=staging", "--overwrite")).ShouldBe((0, "pod/dotnet-pod labeled"));
        (await pod.KubectlAsync("annotate", "pod", "dotnet-pod", "tenant={\"Name\": \"globex\", \"Seats\": 3}", "--overwrite")).ShouldBe((0, "pod/dotnet-pod annotated"));
        var changed = pod.Program.Mark();
        await pod.Program.WaitForAsync(l => IsState(l) && l.Contains("globex", StringComparison.Ordinal));
        (await pod.Program.WaitForAsync(IsLine, changed)).ShouldContain("=> k8s.pod.label.env:staging ");
        await AnswersAsync(web, "/tenant", "globex, 3 seats");
        (await web.GetStringAsync("/env")).ShouldBe("staging");
        var page = JsonNode.Parse(await web.GetStringAsync("/pod"))!;
        page["labels"]!["env"]!["value"]!.GetValue<string>().ShouldBe("staging");
        page["labels"]!["env"]!["canChange"]!.GetValue<bool>().ShouldBeTrue();
        page["node"]!["source"]!.GetValue<string>().ShouldBe("environment variable");
        page.AsObject().ContainsKey("annotations").ShouldBeFalse();
        (await pod.StopAsync()).ShouldBe(0, pod.Program.Output);
    }

    /// <summary>The command of docs/metadata.md, with the release build that the tests have in place of the debug build.</summary>
    [Fact]
    public async Task The_command_of_the_page_runs_as_it_stands_there()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "metadata.md"));
        var command = page[page.IndexOf("./podkit run ", StringComparison.Ordinal)..];
        command = command[..command.IndexOf("\n```", StringComparison.Ordinal)].Replace("/debug/", "/release/", StringComparison.Ordinal);
        await using var shell = Harness.Program.Start("bash", ["-c", $"cd '{Repository.Root}' && exec {command}"]);
        await shell.WaitForAsync("I am default/dotnet-pod");
        await shell.WaitForAsync(IsLine);
        await shell.WaitForAsync("Now listening on: ");
        shell.Signal(2);
        (await shell.EndAsync()).ShouldBe(0, shell.Output);
    }

    [Fact]
    public async Task Whoami_in_a_pod_tells_what_an_app_would_know_and_where_from()
    {
        await using var pod = LocalPod.Run("""
            apiVersion: v1
            kind: Pod
            metadata: {name: asked, labels: {env: production}}
            spec:
              restartPolicy: Never
              containers:
              - name: main
                image: busybox:1.36
                command: ["true"]
                env: [{name: NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
                volumeMounts: [{name: podinfo, mountPath: /etc/podinfo}]
              volumes:
              - name: podinfo
                downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}
            """, "--exec", $"main={Path.Combine(Repository.Root, "artifacts", "podkit", "podkit")} whoami");
        (await pod.Program.EndAsync()).ShouldBe(0, pod.Program.Output);
        pod.Program.Output.ShouldMatch(@"main \| name +asked  \(claims of /var/run/secrets/kubernetes.io/serviceaccount/token\)");
        pod.Program.Output.ShouldMatch(@"main \| node +\S+  \((claims of /var/run/secrets/kubernetes.io/serviceaccount/token|environment variable NODE_NAME)\)");
        pod.Program.Output.ShouldMatch(@"main \| labels\[env\] +production  \(file /etc/podinfo/labels, which follows changes\)");
        pod.Program.Output.ShouldContain("this is system:serviceaccount:default:default");
    }

    /// <summary>A node whose inotify instances are used up: the user namespace of the container may have none.</summary>
    [Fact]
    public async Task Where_inotify_is_exhausted_labels_are_followed_by_looking()
    {
        var script = Path.Combine(Directory.CreateTempSubdirectory("podkit-e2e-").FullName, "without-inotify");
        await File.WriteAllTextAsync(script, $"""
            #!/bin/sh
            echo 0 > /proc/sys/user/max_inotify_instances || exit 9
            export DOTNET_hostBuilder__reloadConfigOnChange=false
            exec dotnet {Path.Combine(AppContext.BaseDirectory, "Podkit.Examples.Logger.dll")}

            """);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            // The host's own reload of appsettings.json ends the app where there is no inotify.
            await using var pod = LocalPod.RunFolder(
                Path.Combine(Repository.Root, "examples", "dotnet-pod"), "--runtime", "plain", "--exec", Exec("web", "WebApp"), "--exec", $"logger=unshare -Ur {script}");
            await pod.ReadyAsync();
            await pod.Program.WaitForAsync(l => l.Contains("/podinfo is looked at every 1 s", StringComparison.Ordinal) && l.Contains("inotify", StringComparison.Ordinal));
            (await pod.Program.WaitForAsync(IsLine)).ShouldContain("=> k8s.pod.label.env:production ");
            (await pod.KubectlAsync("label", "pod", "dotnet-pod", "env=staging", "--overwrite")).ExitCode.ShouldBe(0);
            await pod.Program.WaitForAsync(l => IsLine(l) && l.Contains("=> k8s.pod.label.env:staging ", StringComparison.Ordinal));
            (await pod.StopAsync()).ShouldBe(0, pod.Program.Output);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(script)!, recursive: true);
        }
    }

    /// <summary>Two labels and an annotation are always patched together, so a state with two numbers would be a mix of versions.</summary>
    [Fact]
    public async Task Of_500_patches_no_state_mixes_two_the_order_is_kept_and_the_last_arrives()
    {
        await using var pod = Start();
        await pod.ReadyAsync();
        await pod.Program.WaitForAsync(IsLine);
        var random = new Random(20260301);
        for (var done = 0; done < Patches;)
        {
            // One kubectl sends several patches, one after the other as fast as they are answered; between its runs there are pauses.
            var next = Math.Min(Patches, done + random.Next(1, 20));
            var patches = string.Join('\n', Enumerable.Range(done + 1, next - done).Select(i => Patch(i).ToJsonString()));
            await File.WriteAllTextAsync(pod.Kubeconfig + ".patches", patches);
            var (code, output) = await pod.KubectlAsync("apply", "--server-side", "--force-conflicts", "-f", pod.Kubeconfig + ".patches");
            code.ShouldBe(0, output);
            done = next;
            if (random.Next(4) == 0) await Task.Delay(random.Next(30));
        }

        await pod.Program.WaitForAsync(l => State().Match(l) is { Success: true } m && Number(m) == Patches);
        var states = pod.Program.Output.Split('\n').Select(l => State().Match(l)).Where(m => m.Success).ToList();
        states.Count.ShouldBeGreaterThan(10);
        foreach (var state in states)
            (state.Groups["one"].Value, state.Groups["annotation"].Value).ShouldBe((state.Groups["two"].Value, state.Groups["two"].Value), state.Value);
        states.Select(Number).ShouldBeInOrder(SortDirection.Ascending);
        states.Select(s => int.Parse(s.Groups["version"].Value, CultureInfo.InvariantCulture)).ShouldBeInOrder(SortDirection.Ascending);
        states.Select(Number).Distinct().Count().ShouldBe(states.Count);

        // The line's own label is never behind the state that was logged before it.
        var mark = pod.Program.Mark();
        (await pod.Program.WaitForAsync(IsLine, mark)).ShouldContain($"=> k8s.pod.label.env:v{Patches} ");
        (await pod.StopAsync()).ShouldBe(0, pod.Program.Output);
        pod.Program.Output.ShouldNotContain("logger | warn");
    }

    private static LocalPod Start(params string[] arguments) => LocalPod.RunFolder(
        Path.Combine(Repository.Root, "examples", "dotnet-pod"), [.. arguments, "--exec", Exec("web", "WebApp"), "--exec", Exec("logger", "Logger")]);

    /// <summary>The sample as it was built with the tests.</summary>
    private static string Exec(string container, string sample) => $"{container}=dotnet {Path.Combine(AppContext.BaseDirectory, $"Podkit.Examples.{sample}.dll")}";

    private static JsonObject Patch(int number) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject
        {
            ["name"] = "dotnet-pod",
            ["namespace"] = "default",
            ["labels"] = new JsonObject { ["env"] = $"v{number}", ["two"] = $"v{number}" },
            ["annotations"] = new JsonObject { ["number"] = $"v{number}" },
        },
    };

    private static bool IsLine(string text) => Line().IsMatch(text);

    private static bool IsState(string text) => text.Contains(" state ", StringComparison.Ordinal);

    private static int Number(Match state) => int.Parse(state.Groups["two"].Value.AsSpan(1), CultureInfo.InvariantCulture);

    private static async Task<Uri> AddressAsync(LocalPod pod)
    {
        (await pod.KubectlAsync("wait", "--for=condition=Ready", "pod/dotnet-pod", "--timeout=60s")).ExitCode.ShouldBe(0, pod.Program.Output);
        var (code, address) = await pod.KubectlAsync("get", "pod", "dotnet-pod", "-o", "jsonpath={.status.podIP}");
        code.ShouldBe(0, address);
        return new Uri($"http://{address}:8080");
    }

    /// <summary>The logger has seen the state; the web app is another process and sees it at about the same time.</summary>
    private static async Task AnswersAsync(HttpClient web, string path, string wanted)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await web.GetStringAsync(path, deadline.Token) != wanted) await Task.Delay(1, deadline.Token);
    }

    [GeneratedRegex(@"\bline [0-9]+$")]
    private static partial Regex Line();

    [GeneratedRegex(@"state (?<version>[0-9]+): labels \[app=dotnet-pod env=(?<one>v[0-9]+) two=(?<two>v[0-9]+)\] annotations \[.*\bnumber=(?<annotation>v[0-9]+)\b.*\]")]
    private static partial Regex State();
}
