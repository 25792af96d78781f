using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;
using Podkit.Client.Resources;
using Podkit.Client.Watching;

namespace Podkit.Client.Tests.Watching;

public sealed class WatchFrameReaderTests
{
    [Fact]
    public void The_object_may_come_before_the_type()
    {
        var frame = Read("""{"object":{"metadata":{"name":"a"}},"more":[{}],"type":"DELETED"}""");
        frame.Kind.ShouldBe(FrameKind.Delete);
        frame.Object!["metadata"]!["name"]!.GetValue<string>().ShouldBe("a");
    }

    [Fact]
    public void An_error_carries_its_status()
    {
        var frame = Read("""{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}""");
        frame.Error!.Code.ShouldBe(410);
        frame.Object.ShouldBeNull();
    }

    [Property(MaxTest = 500)]
    public void Nothing_but_a_json_exception_comes_of_garbage(NonNull<string> text)
    {
        try
        {
            Read(text.Get);
        }
        catch (JsonException)
        {
            // That is the documented one.
        }
    }

    private static WatchFrame<System.Text.Json.Nodes.JsonObject> Read(string line) =>
        WatchFrameReader.Read(Encoding.UTF8.GetBytes(line), DocumentCodec.Instance);
}
