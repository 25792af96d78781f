using Podkit.Node.Pods;

namespace Podkit.Node.Tests.Pods;

public class PodAddressPoolTests
{
    [Fact]
    public void Every_address_is_given_once_and_again_after_its_return()
    {
        var pool = new PodAddressPool("127.88.7.0/28", new Random(1));
        var all = Enumerable.Range(0, 15).Select(_ => pool.Take()).ToList();
        all.Distinct().Count().ShouldBe(15);
        all.ShouldAllBe(a => a.StartsWith("127.88.7.", StringComparison.Ordinal));
        all.ShouldNotContain("127.88.7.0");
        Should.Throw<InvalidOperationException>(pool.Take).Message.ShouldBe("failed to allocate a pod address: all addresses of the pod network are taken");
        pool.Release(all[4]);
        pool.Take().ShouldBe(all[4]);
    }

    [Theory]
    [InlineData("127.88.0.0")]
    [InlineData("127.88.0.0/30")]
    [InlineData("fd00::/64")]
    [InlineData("x")]
    public void What_is_no_network_is_refused(string network) =>
        Should.Throw<ArgumentException>(() => new PodAddressPool(network, Random.Shared)).Message.ShouldContain($"not \"{network}\"");
}
