using Podkit.Client.Resources;

namespace Podkit.Client.Tests.Resources;

public class PageSequenceTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_next_pages_are_asked_for_while_one_is_read_but_no_more_than_two_ahead()
    {
        var asked = new List<string?>();
        var gates = Enumerable.Range(0, 6).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        var begun = gates.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        await using var pages = new PageSequence<string>(
            async (next, found, _) =>
            {
                var at = next is null ? 0 : int.Parse(next, System.Globalization.CultureInfo.InvariantCulture);
                lock (asked) asked.Add(next);
                var token = at < 5 ? (at + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
                if (token is not null) found(token);
                begun[at].SetResult();
                await gates[at].Task;
                return new ResourcePage<string>([$"item {at}"], "7", token, null);
            },
            CancellationToken.None);

        var first = pages.NextAsync();
        await Task.WhenAll(begun[..3].Select(b => b.Task)).WaitAsync(s_limit);
        lock (asked) asked.ShouldBe([null, "1", "2"]);
        foreach (var gate in gates.Reverse()) gate.SetResult();
        (await first.WaitAsync(s_limit)).Items.ShouldBe(["item 0"]);
        pages.HasBegun.ShouldBeTrue();
        for (var i = 1; i < 6; i++) (await pages.NextAsync().WaitAsync(s_limit)).Items.ShouldBe([$"item {i}"]);
        pages.HasBegun.ShouldBeFalse();
        lock (asked) asked.ShouldBe([null, "1", "2", "3", "4", "5"]);
    }

    [Fact]
    public async Task A_list_that_tells_its_token_last_is_read_page_after_page()
    {
        var running = 0;
        await using var pages = new PageSequence<string>(
            async (next, _, _) =>
            {
                Interlocked.Increment(ref running).ShouldBe(1);
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return new ResourcePage<string>([next ?? "first"], "7", next is null ? "a" : next == "a" ? "b" : null, null);
            },
            CancellationToken.None);

        var read = new List<string>();
        ResourcePage<string> page;
        do read.AddRange((page = await pages.NextAsync().WaitAsync(s_limit)).Items);
        while (page.Continue is not null);
        read.ShouldBe(["first", "a", "b"]);
    }

    [Fact]
    public async Task A_page_that_fails_fails_in_its_turn()
    {
        await using var pages = new PageSequence<string>(
            (next, found, _) =>
            {
                if (next is not null) throw new InvalidOperationException("expired");
                found("a");
                return Task.FromResult(new ResourcePage<string>(["first"], "7", "a", null));
            },
            CancellationToken.None);

        (await pages.NextAsync().WaitAsync(s_limit)).Items.ShouldBe(["first"]);
        (await Should.ThrowAsync<InvalidOperationException>(pages.NextAsync().WaitAsync(s_limit))).Message.ShouldBe("expired");
    }

    [Fact]
    public async Task Who_stops_leaves_no_request_behind()
    {
        var ended = new TaskCompletionSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var pages = new PageSequence<string>(
            async (next, found, token) =>
            {
                if (next is null)
                {
                    found("a");
                    return new ResourcePage<string>(["first"], "7", "a", null);
                }

                found("b");
                begun.TrySetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, token);
                }
                finally
                {
                    ended.TrySetResult();
                }

                throw new InvalidOperationException("never");
            },
            CancellationToken.None);

        await pages.NextAsync().WaitAsync(s_limit);
        await begun.Task.WaitAsync(s_limit);
        await pages.DisposeAsync().AsTask().WaitAsync(s_limit);
        ended.Task.IsCompleted.ShouldBeTrue();
    }
}
