using Podkit.Node.Tests.Volumes;
using Podkit.Node.Tokens;

namespace Podkit.Node.Tests.Tokens;

public sealed class TokenManagerTests
{
    private static readonly TokenKey Key = new("uid-1", "web", "shop", "default", "", 3600);

    private readonly TestClock _clock = new();
    private readonly FakeVolumeSources _source;
    private double _chance;

    public TokenManagerTests() => _source = new FakeVolumeSources(_clock);

    [Fact]
    public async Task One_token_serves_a_pod_until_four_fifths_of_its_life()
    {
        var manager = Manager();
        var first = await TokenAsync(manager, Key);
        _clock.Advance(TimeSpan.FromSeconds(2879));
        (await TokenAsync(manager, Key)).ShouldBe(first);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await TokenAsync(manager, Key)).ShouldNotBe(first);
        _source.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Chance_brings_a_refresh_forward_by_up_to_ten_seconds()
    {
        _chance = 1;
        var manager = Manager();
        var first = await TokenAsync(manager, Key);
        _clock.Advance(TimeSpan.FromSeconds(2869));
        (await TokenAsync(manager, Key)).ShouldBe(first);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await TokenAsync(manager, Key)).ShouldNotBe(first);
    }

    [Fact]
    public async Task No_token_gets_older_than_a_day()
    {
        var manager = Manager();
        var longLived = Key with { ExpirationSeconds = 365L * 24 * 3600 };
        var first = await TokenAsync(manager, longLived);
        _clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        (await TokenAsync(manager, longLived)).ShouldBe(first);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await TokenAsync(manager, longLived)).ShouldNotBe(first);
    }

    [Fact]
    public async Task The_life_that_counts_is_the_one_the_server_gave()
    {
        _source.TokenLife = TimeSpan.FromSeconds(600);
        var manager = Manager();
        var first = await TokenAsync(manager, Key);
        _clock.Advance(TimeSpan.FromSeconds(480));
        (await TokenAsync(manager, Key)).ShouldNotBe(first);
    }

    [Fact]
    public async Task A_failed_refresh_keeps_the_old_token_until_it_expires_and_is_tried_again()
    {
        var manager = Manager();
        var first = await TokenAsync(manager, Key);
        _source.TokenFailure = "the server is gone";
        _clock.Advance(TimeSpan.FromSeconds(2880));
        (await TokenAsync(manager, Key)).ShouldBe(first);
        _clock.Advance(TimeSpan.FromSeconds(719));
        (await TokenAsync(manager, Key)).ShouldBe(first);
        _clock.Advance(TimeSpan.FromSeconds(11));
        var (token, error) = await manager.GetAsync(Key, CancellationToken.None);
        token.ShouldBeNull();
        error.ShouldBe("token expired at 2026-11-22T13:00:00Z and refreshing it failed: the server is gone");
        _source.TokenFailure = null;
        (await TokenAsync(manager, Key)).ShouldNotBe(first);
    }

    [Fact]
    public async Task Without_an_old_token_the_servers_sentence_is_passed_on()
    {
        _source.TokenFailure = "serviceaccounts \"default\" not found";
        (await Manager().GetAsync(Key, CancellationToken.None)).ShouldBe((null, "serviceaccounts \"default\" not found"));
    }

    [Fact]
    public async Task Pods_audiences_and_lives_have_tokens_of_their_own()
    {
        var manager = Manager();
        TokenKey[] keys = [Key, Key with { PodUid = "uid-2" }, Key with { Audience = "vault" }, Key with { ExpirationSeconds = 7200 }, Key with { ServiceAccount = "other" }];
        var tokens = new List<string>();
        foreach (var key in keys.Concat(keys)) tokens.Add(await TokenAsync(manager, key));
        tokens.Distinct().Count().ShouldBe(keys.Length);
        _source.Requests.Count.ShouldBe(keys.Length);
        _source.Requests[2].Audiences.ShouldBe(["vault"]);
    }

    [Fact]
    public async Task A_pod_that_is_gone_is_forgotten()
    {
        var manager = Manager();
        var first = await TokenAsync(manager, Key);
        manager.Forget("uid-2");
        (await TokenAsync(manager, Key)).ShouldBe(first);
        manager.Forget("uid-1");
        (await TokenAsync(manager, Key)).ShouldNotBe(first);
    }

    [Fact]
    public async Task A_token_does_not_print_itself()
    {
        var (token, _) = await Manager().GetAsync(Key, CancellationToken.None);
        token!.ToString().ShouldNotContain(token.Value);
        $"{token}".ShouldBe("a token that expires at 2026-11-22T13:00:00.0000000+00:00");
    }

    private TokenManager Manager() => new(_source, _clock, () => _chance);

    private static async Task<string> TokenAsync(TokenManager manager, TokenKey key) => (await manager.GetAsync(key, CancellationToken.None)).Token.ShouldNotBeNull().Value;
}
