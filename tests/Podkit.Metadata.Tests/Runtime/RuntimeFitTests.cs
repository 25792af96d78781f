using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Podkit.Metadata.Runtime;

namespace Podkit.Metadata.Tests.Runtime;

public class RuntimeFitTests
{
    private const long Mebi = 1024 * 1024;

    private readonly FakeLimits limits = new();

    [Fact]
    public void A_memory_limit_that_dotnet_does_not_see_becomes_the_heap_limit()
    {
        var report = RuntimeFit.Apply(Limits(memory: 400 * Mebi), null, limits);
        report.HeapHardLimitBytes.ShouldBe(300 * Mebi);
        limits.Heap.ShouldBe(300 * Mebi);
        report.Done.ShouldContain("heap: limited to 300 MiB, of the memory limit of 400 MiB, which .NET does not see itself");
        report.Advice.ShouldBeEmpty();
    }

    [Fact]
    public void A_limit_that_dotnet_sees_itself_is_left_alone()
    {
        limits.AvailableMemoryBytes = 300 * Mebi;
        RuntimeFit.Apply(Limits(memory: 400 * Mebi), null, limits).HeapHardLimitBytes.ShouldBeNull();
        limits.Heap.ShouldBeNull();
    }

    [Fact]
    public void A_request_counts_only_when_asked_for()
    {
        var resources = new ContainerResources(ResourceAmounts.Unknown, new(1, 400 * Mebi, null));
        RuntimeFit.Apply(resources, null, limits).HeapHardLimitBytes.ShouldBeNull();
        RuntimeFit.Apply(resources, new() { UseRequests = true, HeapPart = 0.5 }, limits).HeapHardLimitBytes.ShouldBe(200 * Mebi);
    }

    [Fact]
    public void A_limit_too_small_to_run_with_is_told_not_set()
    {
        RuntimeFit.Apply(Limits(memory: 8 * Mebi), null, limits).Advice.ShouldHaveSingleItem().ShouldContain("too small for a managed heap");
        limits.Heap.ShouldBeNull();
    }

    [Fact]
    public void What_the_runtime_refuses_becomes_advice()
    {
        limits.Refusal = "no";
        var report = RuntimeFit.Apply(Limits(memory: 400 * Mebi), null, limits);
        report.HeapHardLimitBytes.ShouldBeNull();
        report.Advice.ShouldHaveSingleItem().ShouldContain("DOTNET_GCHeapHardLimit=0x12C00000");
    }

    [Fact]
    public void Fewer_cores_than_dotnet_counts_shrink_the_pool_and_give_advice_for_what_cannot_change()
    {
        limits.IsServerGC = true;
        var report = RuntimeFit.Apply(Limits(cpu: 1.5), null, limits);
        report.MinimumWorkerThreads.ShouldBe(2);
        limits.Workers.ShouldBe(2);
        report.Advice.Count.ShouldBe(2);
        report.Advice[0].ShouldContain("DOTNET_PROCESSOR_COUNT=2");
        report.Advice[1].ShouldContain("DOTNET_GCHeapCount=0x2");
    }

    [Fact]
    public void Nothing_known_changes_nothing()
    {
        var report = RuntimeFit.Apply(ContainerResources.Unknown, null, limits);
        report.HeapHardLimitBytes.ShouldBeNull();
        report.MinimumWorkerThreads.ShouldBeNull();
        report.Advice.ShouldBeEmpty();
        (limits.Heap, limits.Workers).ShouldBe((null, null));
    }

    [Fact]
    public void Options_that_make_no_sense_are_named() =>
        Should.Throw<ArgumentException>(() => new ServiceCollection().AddPodRuntimeFit(o => o.HeapPart = 1.5)).Message.ShouldStartWith("RuntimeFitOptions.HeapPart");

    [Fact]
    public void This_very_process_takes_a_heap_limit_while_it_runs()
    {
        var process = ProcessLimits.Instance;
        var before = process.AvailableMemoryBytes;
        var half = before / 2;
        try
        {
            process.TrySetHeapHardLimit(half).ShouldBeNull();
            // The collector rounds to its regions.
            process.AvailableMemoryBytes.ShouldBeInRange(half - (64 * Mebi), half + (64 * Mebi));
        }
        finally
        {
            AppContext.SetData("GCHeapHardLimit", 0UL);
            GC.RefreshMemoryLimit();
        }
    }

    [Fact]
    public async Task The_host_fits_itself_when_it_starts_and_says_so()
    {
        var metadata = new StubMetadata();
        using var log = new TestLog();
        using var services = new ServiceCollection().AddSingleton<IPodMetadata>(metadata).AddLogging(l => l.AddProvider(log)).AddPodRuntimeFit().BuildServiceProvider();
        await ((IHostedLifecycleService)services.GetServices<IHostedService>().Single()).StartingAsync(default);
        log.Lines.ShouldBe(["Information: heap: the container's memory limit is not known, nothing is set", "Information: processors: the container's CPU limit is not known, nothing is set"]);
    }

    private static ContainerResources Limits(double? cpu = null, long? memory = null) => new(new(cpu, memory, null), ResourceAmounts.Unknown);

    private sealed class FakeLimits : IRuntimeLimits
    {
        public long AvailableMemoryBytes { get; set; } = 16_000 * Mebi;

        public int ProcessorCount => 8;

        public bool IsServerGC { get; set; }

        public int MinimumWorkers => 8;

        public long? Heap { get; private set; }

        public int? Workers { get; private set; }

        public string? Refusal { get; set; }

        public string? TrySetHeapHardLimit(long bytes)
        {
            if (Refusal is null) Heap = bytes;
            return Refusal;
        }

        public bool TrySetMinimumWorkers(int workers)
        {
            Workers = workers;
            return true;
        }
    }
}
