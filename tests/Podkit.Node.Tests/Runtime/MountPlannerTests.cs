using Podkit.Node.Runtime.Sandbox;

namespace Podkit.Node.Tests.Runtime;

public sealed class MountPlannerTests
{
    private static readonly FakeHost Host = new(
        "/etc/hosts", "/etc/hostname", "/etc/ssl/certs/ca.pem", "/etc/mtab -> ../proc/self/mounts", "/usr/bin/sh", "/bin -> usr/bin", "/tmp/left/", "/var/tmp/", "/var/run -> /run",
        "/var/lib/a/", "/var/lib/b/", "/var/lib/file", "/run/lock/", "/proc/", "/dev/null", "/dev/pts/", "/sys/", "/home/me/", "/opt/", "/loop -> loop", "/up -> opt/../home");

    [Fact]
    public void Without_missing_paths_the_root_is_bound_whole_and_first()
    {
        var steps = Plan(Mount("/opt"));
        steps[0].ShouldBe(new MountStep.Bind("/", "/", true));
        steps.OfType<MountStep.Bind>().ShouldContain(new MountStep.Bind("/src/opt", "/opt", true));
        steps.OfType<MountStep.Freeze>().ShouldBeEmpty();
        steps.OfType<MountStep.Copy>().ShouldBeEmpty();
    }

    [Fact]
    public void Every_container_has_tmp_run_dev_and_proc_of_its_own()
    {
        var steps = Plan();
        steps.OfType<MountStep.Memory>().ShouldBe([new("/run", 0x1ED), new("/tmp", 0x3FF), new("/var/tmp", 0x3FF), new("/dev", 0x1ED), new("/dev/shm", 0x3FF)]);
        steps.ShouldContain(new MountStep.Processes("/proc"));
        steps.ShouldContain(new MountStep.Bind("/dev/null", "/dev/null", false, true));
        steps.ShouldContain(new MountStep.Link("/proc/self/fd/1", "/dev/stdout"));
    }

    [Fact]
    public void A_path_below_var_run_follows_the_link_to_run()
    {
        var steps = Plan(Mount("/var/run/secrets/kubernetes.io/serviceaccount"));
        steps.ShouldContain(new MountStep.Bind("/src/var/run/secrets/kubernetes.io/serviceaccount", "/run/secrets/kubernetes.io/serviceaccount", true));
        steps[0].ShouldBe(new MountStep.Bind("/", "/", true));
        IndexOf(steps, step => step is MountStep.Memory { Target: "/run" }).ShouldBeLessThan(IndexOf(steps, step => step is MountStep.Bind { Target: "/run/secrets/kubernetes.io/serviceaccount" }));
    }

    [Fact]
    public void A_missing_path_below_etc_makes_a_copy_of_etc_with_it()
    {
        var steps = Plan(Mount("/etc/podinfo"), Mount("/etc/ssl/extra/deep"), Mount("/etc/app.conf", isDirectory: false), Mount("/etc/hosts", isDirectory: false));
        var copy = steps.OfType<MountStep.Copy>().ShouldHaveSingleItem();
        copy.Target.ShouldBe("/etc");
        copy.Points.ShouldBe([new("app.conf", false), new("podinfo", true), new("ssl/extra/deep", true)]);
        steps.ShouldContain(new MountStep.Bind("/src/etc/hosts", "/etc/hosts", true));
        IndexOf(steps, step => step is MountStep.Copy).ShouldBeLessThan(IndexOf(steps, step => step is MountStep.Bind { Target: "/etc/hosts" }));
    }

    [Fact]
    public void A_missing_path_below_another_directory_replaces_that_and_binds_its_entries()
    {
        var steps = Plan(Mount("/var/lib/app/data", readOnly: false));
        steps[0].ShouldBe(new MountStep.Bind("/", "/", true));
        steps[1].ShouldBe(new MountStep.Memory("/var/lib", 0x1ED));
        steps[2..5].ShouldBe([new MountStep.Bind("/var/lib/a", "/var/lib/a", true), new MountStep.Bind("/var/lib/b", "/var/lib/b", true), new MountStep.Bind("/var/lib/file", "/var/lib/file", true)]);
        steps.ShouldContain(new MountStep.Bind("/src/var/lib/app/data", "/var/lib/app/data", false));
        steps[^1].ShouldBe(new MountStep.Freeze("/var/lib"));
    }

    [Fact]
    public void A_missing_path_below_the_root_rebuilds_the_root_with_its_links()
    {
        var steps = Plan(Mount("/config"), Mount("/opt/x/y"));
        steps.ShouldNotContain(new MountStep.Bind("/", "/", true));
        steps.ShouldContain(new MountStep.Link("usr/bin", "/bin"));
        steps.ShouldContain(new MountStep.Bind("/usr", "/usr", true));
        steps.ShouldContain(new MountStep.Memory("/opt", 0x1ED));
        steps.ShouldNotContain(new MountStep.Bind("/opt", "/opt", true));
        steps.OfType<MountStep.Bind>().ShouldNotContain(bind => bind.Source == "/proc" || bind.Source == "/dev" || bind.Source == "/tmp" || bind.Source == "/run");
        steps.OfType<MountStep.Freeze>().ShouldBe([new("/opt"), new("/")]);
    }

    [Fact]
    public void Outer_mounts_come_before_inner_ones()
    {
        var steps = Plan(Mount("/opt/inner", readOnly: false), Mount("/opt", readOnly: false), Mount("/opt-other", readOnly: false));
        IndexOf(steps, step => step is MountStep.Bind { Target: "/opt" }).ShouldBeLessThan(IndexOf(steps, step => step is MountStep.Bind { Target: "/opt/inner" }));
        steps.OfType<MountStep.Memory>().ShouldNotContain(memory => memory.Target == "/opt");
    }

    [Fact]
    public void A_mount_in_a_read_only_volume_without_its_directory_is_refused() =>
        Should.Throw<ContainerStartException>(() => Plan(Mount("/opt"), Mount("/opt/inner"))).Message.ShouldContain("read-only file system: it lies in the volume that is mounted read-only at /opt");

    [Fact]
    public void A_directory_is_not_mounted_onto_a_file()
    {
        Should.Throw<ContainerStartException>(() => Plan(Mount("/etc/hosts"))).Message.ShouldContain("a directory cannot be mounted onto a file");
        Should.Throw<ContainerStartException>(() => Plan(Mount("/opt", isDirectory: false))).Message.ShouldContain("a file cannot be mounted onto a directory");
        Should.Throw<ContainerStartException>(() => Plan(Mount("/etc/hosts/x"))).Message.ShouldContain("/etc/hosts is not a directory");
    }

    [Fact]
    public void Links_that_lead_in_circles_are_refused() =>
        Should.Throw<ContainerStartException>(() => Plan(Mount("/loop/x"))).Message.ShouldContain("too many levels of symbolic links");

    [Fact]
    public void Relative_links_with_parents_are_followed() =>
        Plan(Mount("/up/me")).ShouldContain(new MountStep.Bind("/src/up/me", "/home/me", true));

    [Fact]
    public void The_root_itself_cannot_be_mounted_over() =>
        Should.Throw<ContainerStartException>(() => Plan(Mount("/"))).Reason.ShouldBe("CreateContainerError");

    [Fact]
    public void A_read_only_root_takes_tmp_and_run_along_but_no_volume()
    {
        var steps = new MountPlanner(Host).Plan(new MountRequest([Mount("/tmp", readOnly: false), Mount("/run/x", readOnly: false)], [], [], ReadOnlyRoot: true));
        steps.OfType<MountStep.Freeze>().ShouldBe([new("/run"), new("/var/tmp")]);
    }

    [Fact]
    public void What_is_missing_on_the_way_to_a_mount_is_made_for_everybody()
    {
        var steps = new MountPlanner(Host).Plan(new MountRequest([Mount("/one/two/three"), Mount("/one/two/four"), Mount("/run/secrets/x")], [], [], false));
        steps.OfType<MountStep.Folder>().ShouldBe([new("/one"), new("/one/two"), new("/run/secrets")], ignoreOrder: true);
        steps.IndexOf(new MountStep.Folder("/one/two")).ShouldBeLessThan(steps.FindIndex(step => step is MountStep.Bind { Target: "/one/two/four" }));
    }

    [Fact]
    public void A_working_directory_that_is_missing_is_made()
    {
        var steps = new MountPlanner(Host).Plan(new MountRequest([], ["/project/here"], [], false));
        steps.ShouldContain(new MountStep.Folder("/project/here"));
        new MountPlanner(Host).Plan(new MountRequest([], ["/home/me"], [], false)).OfType<MountStep.Folder>().ShouldBeEmpty();
    }

    [Fact]
    public void A_program_in_tmp_is_shown_at_its_own_place()
    {
        var steps = new MountPlanner(Host).Plan(new MountRequest([], [], ["/tmp/left"], false));
        IndexOf(steps, step => step is MountStep.Memory { Target: "/tmp" }).ShouldBeLessThan(IndexOf(steps, step => step == new MountStep.Bind("/tmp/left", "/tmp/left", true)));
    }

    private static List<MountStep> Plan(params MountRequest.Item[] mounts) => new MountPlanner(Host).Plan(new MountRequest(mounts, [], [], ReadOnlyRoot: false));

    private static MountRequest.Item Mount(string target, bool readOnly = true, bool isDirectory = true) => new("/src" + target, target, readOnly, isDirectory);

    private static int IndexOf(List<MountStep> steps, Predicate<MountStep> match)
    {
        var index = steps.FindIndex(match);
        index.ShouldBeGreaterThanOrEqualTo(0);
        return index;
    }
}
