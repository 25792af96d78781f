using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using Podkit.Metadata.Testing;

namespace Podkit.Metadata.Tests.Configuration;

public sealed class MountedVolumeTests : IDisposable
{
    private readonly AtomicVolume _volume = new();
    private readonly ConcurrentQueue<string> _problems = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public void Files_are_keys_and_documents_are_sections()
    {
        _volume.Write(new Dictionary<string, string>
        {
            ["plain"] = "text\n",
            ["Logging__LogLevel__Default"] = "Warning",
            ["db/password"] = "p\r\n",
            ["two"] = "a\n\n",
            ["appsettings.json"] = """{"A": {"B": [1, "x", true, null], "a.b/c": 2.50}, /* c */ "Empty": {},}""",
            ["more.yaml"] = "Features:\n  New: true\n  Names: [a, b]\n",
            ["odd.yml"] = "Other: 1",
        });
        var configuration = Open();
        (configuration["plain"], configuration["Logging:LogLevel:Default"], configuration["db:password"], configuration["two"]).ShouldBe(("text", "Warning", "p", "a\n"));
        (configuration["A:B:0"], configuration["A:B:1"], configuration["A:B:2"], configuration["A:a.b/c"]).ShouldBe(("1", "x", "True", "2.50"));
        (configuration["Features:New"]?.ToLowerInvariant(), configuration["Features:Names:1"], configuration["Other"]).ShouldBe(("true", "b", "1"));
        configuration["appsettings.json"].ShouldBeNull();
        configuration.AsEnumerable().ShouldNotContain(e => e.Key.StartsWith("..", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_keys_change_together()
    {
        Write(0);
        var configuration = Open();
        var mixed = new ConcurrentQueue<string>();
        var last = new TaskCompletionSource();
        using var registration = ChangeToken.OnChange(configuration.GetReloadToken, () =>
        {
            var values = new[] { configuration["a"], configuration["b"], configuration["N:C"] };
            if (values.Distinct().Count() != 1) mixed.Enqueue(string.Join(',', values));
            if (values[0] == "200") last.TrySetResult();
        });
        for (var n = 1; n <= 200; n++) Write(n);
        await last.Task.WaitAsync(Waiting.Limit);
        mixed.ShouldBeEmpty();

        void Write(int n) => _volume.Write(new Dictionary<string, string> { ["a"] = $"{n}", ["b"] = $"{n}", ["c.json"] = $$"""{"N": {"C": {{n}} } }""" });
    }

    [Fact]
    public async Task A_broken_document_keeps_everything_as_it_was_and_its_content_is_not_told()
    {
        _volume.Write(new Dictionary<string, string> { ["a"] = "1", ["secret.json"] = """{"Key": "good"}""" });
        var configuration = Open();
        _volume.Write(new Dictionary<string, string> { ["a"] = "2", ["secret.json"] = """{"Key": hunter2}""" });
        await Waiting.SoonAsync(() => !_problems.IsEmpty, "the problem is told");
        _problems.ShouldHaveSingleItem().ShouldBe($"{_volume.Path}/secret.json is not JSON: line 1, byte 9; the last good content stays");
        (configuration["a"], configuration["Key"]).ShouldBe(("1", "good"));
        var reloaded = new TaskCompletionSource();
        configuration.GetReloadToken().RegisterChangeCallback(_ => reloaded.TrySetResult(), null);
        _volume.Write(new Dictionary<string, string> { ["a"] = "3", ["secret.json"] = """{"Key": "better"}""" });
        await reloaded.Task.WaitAsync(Waiting.Limit);
        (configuration["a"], configuration["Key"]).ShouldBe(("3", "better"));
    }

    [Theory]
    [InlineData("x.json", "[1", "is not JSON: line 1")]
    [InlineData("x.json", "3", "is JSON, but neither an object nor an array")]
    [InlineData("x.yaml", "a: [hunter2", "is not YAML: line")]
    public void A_document_that_is_broken_from_the_start_is_an_error_that_names_it(string file, string content, string message)
    {
        _volume.Write(file, content);
        var error = Should.Throw<InvalidDataException>(() => Open());
        error.Message.ShouldContain($"{_volume.Path}/{file} {message}");
        error.Message.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("""{"Key": "\ud800"}""")]
    [InlineData("""{"a": 1, "\ud800": "x"}""")]
    public async Task Half_a_surrogate_pair_is_a_problem_like_any_other(string json)
    {
        _volume.Write("x.json", """{"Key": "good"}""");
        var configuration = Open();
        _volume.Write("x.json", json);
        await Waiting.SoonAsync(() => !_problems.IsEmpty, "the problem is told");
        _problems.ShouldHaveSingleItem().ShouldStartWith($"{_volume.Path}/x.json holds text that is no Unicode");
        (configuration["Key"], configuration["a"]).ShouldBe(("good", null));
        Should.Throw<InvalidDataException>(() => Open());
        _volume.Write("x.json", """{"Key": "better"}""");
        await Waiting.SoonAsync(() => configuration["Key"] == "better", "the next good content is taken");
    }

    [Fact]
    public void Scalars_of_YAML_are_as_they_are_written()
    {
        _volume.Write("a.yaml", """
            n: 1
            y: 2
            Country: NO
            Version: 1.10
            Mask: 0755
            Time: 12:30:45
            Under: 1_000
            1.10: key
            Empty:
            Tilde: ~
            Null: null
            Quoted: "null"
            Tagged: !!str null
            Base: &base {a: 1, b: {c: 2, d: 3}}
            More:
              <<: *base
              b: {c: 9}
            Again: *base
            List: [01, on, {k: ~}]
            """);
        var configuration = Open();
        string?[] values = [.. new[] { "n", "y", "Country", "Version", "Mask", "Time", "Under", "1.10" }.Select(k => configuration[k])];
        values.ShouldBe(["1", "2", "NO", "1.10", "0755", "12:30:45", "1_000", "key"]);
        foreach (var key in new[] { "Empty", "Tilde", "Null", "List:2:k" })
        {
            configuration[key].ShouldBeNull();
            configuration.AsEnumerable().ShouldContain(e => e.Key == key);
        }

        (configuration["Quoted"], configuration["Tagged"], configuration["List:0"], configuration["List:1"]).ShouldBe(("null", "null", "01", "on"));
        (configuration["More:a"], configuration["More:b:c"], configuration["More:b:d"], configuration["Again:b:d"]).ShouldBe(("1", "9", null, "3"));
    }

    [Theory]
    [InlineData("a: 1\na: 2")]
    [InlineData("a: *unknown")]
    [InlineData("? [a]\n: 1")]
    [InlineData("a: &a [1,2]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g]")]
    public void YAML_that_says_things_twice_or_nothing_is_an_error(string yaml)
    {
        _volume.Write("a.yaml", yaml);
        Should.Throw<InvalidDataException>(() => Open()).Message.ShouldStartWith($"{_volume.Path}/a.yaml is not YAML: line ");
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_keeps_the_last_good_content_and_is_told()
    {
        _volume.Write(new Dictionary<string, string> { ["a"] = "1", ["large"] = "small" });
        var configuration = Open();
        _volume.Write(new Dictionary<string, string> { ["a"] = "2", ["large"] = new string('x', (4 * 1024 * 1024) + 1) });
        await Waiting.SoonAsync(() => !_problems.IsEmpty, "the problem is told");
        _problems.ShouldHaveSingleItem().ShouldStartWith($"{_volume.Path}/large is larger than is read");
        (configuration["a"], configuration["large"]).ShouldBe(("1", "small"));
        Should.Throw<InvalidDataException>(() => Open());
        Open(o => o.Include = f => f != "large")["a"].ShouldBe("2");
    }

    [Fact]
    public void A_provider_that_fails_leaves_no_watch()
    {
        _volume.Write("x.json", "[1");
        var inode = Inotify.InodeOf(_volume.Path);
        Should.Throw<InvalidDataException>(() => Open());
        Inotify.WatchesOn(inode).ShouldBe(0);
    }

    [Fact]
    public async Task A_choice_that_fails_is_told_and_keeps_what_there_was()
    {
        _volume.Write("a", "1");
        var fails = false;
        var configuration = Open(o => o.Include = _ => fails ? throw new InvalidOperationException("of the app") : true);
        fails = true;
        _volume.Write("a", "2");
        await Waiting.SoonAsync(() => !_problems.IsEmpty, "the problem is told");
        _problems.ShouldHaveSingleItem().ShouldBe($"{_volume.Path}/a cannot be judged: Include has failed: of the app; the last good content stays");
        configuration["a"].ShouldBe("1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reload_reads_what_there_is(bool reloadOnChange)
    {
        _volume.Write("a", "1");
        var configuration = Open(o => (o.ReloadOnChange, o.UseInotify, o.PollInterval) = (reloadOnChange, false, TimeSpan.FromDays(1)));
        _volume.Write("a", "2");
        configuration["a"].ShouldBe("1");
        configuration.Reload();
        configuration["a"].ShouldBe("2");
        _volume.Remove();
        configuration.Reload();
        configuration["a"].ShouldBe("2");
    }

    [Fact]
    public void A_missing_volume_is_an_error_unless_it_is_optional()
    {
        _volume.Remove();
        Should.Throw<DirectoryNotFoundException>(() => Open()).Message.ShouldBe($"the mounted volume {_volume.Path} does not exist: mount it there, or set MountedVolumeOptions.Optional");
        Open(o => o.Optional = true).AsEnumerable().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_optional_volume_that_comes_later_is_read()
    {
        _volume.Remove();
        var configuration = Open(o => (o.Optional, o.PollInterval, o.Section) = (true, TimeSpan.FromMilliseconds(10), "Extra"));
        var reloaded = new TaskCompletionSource();
        configuration.GetReloadToken().RegisterChangeCallback(_ => reloaded.TrySetResult(), null);
        _volume.Write("a", "1");
        await reloaded.Task.WaitAsync(Waiting.Limit);
        configuration["Extra:a"].ShouldBe("1");
    }

    [Fact]
    public void What_is_no_text_is_left_out()
    {
        _volume.Write(new Dictionary<string, byte[]> { ["store.p12"] = [0x30, 0x82, 0xFF], ["zero"] = [0], ["bom"] = [0xEF, 0xBB, 0xBF, (byte)'x'], ["a"] = "1"u8.ToArray() });
        Open().AsEnumerable().Select(e => $"{e.Key}={e.Value}").Order().ShouldBe(["a=1", "bom=x"]);
    }

    [Fact]
    public void Files_can_be_chosen_and_documents_left_as_text()
    {
        _volume.Write(new Dictionary<string, string> { ["a.json"] = "{}", ["b"] = "1" });
        Open(o => (o.ParseDocuments, o.Include) = (false, f => f != "b")).AsEnumerable().ShouldHaveSingleItem().ShouldBe(new("a.json", "{}"));
    }

    [Fact]
    public void Without_reload_nothing_is_watched()
    {
        _volume.Write("a", "1");
        var inode = Inotify.InodeOf(_volume.Path);
        using var watched = (ConfigurationRoot)Open();
        Inotify.WatchesOn(inode).ShouldBe(1);
        watched.Dispose();
        Inotify.WatchesOn(inode).ShouldBe(0);
        Open(o => o.ReloadOnChange = false)["a"].ShouldBe("1");
        Inotify.WatchesOn(inode).ShouldBe(0);
    }

    private IConfigurationRoot Open(Action<MountedVolumeOptions>? configure = null) => new ConfigurationBuilder().AddMountedVolume(_volume.Path, o =>
    {
        o.OnProblem = _problems.Enqueue;
        configure?.Invoke(o);
    }).Build();
}
