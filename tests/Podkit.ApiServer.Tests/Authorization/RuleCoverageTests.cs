using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Podkit.ApiServer.Authorization;
using Podkit.ApiServer.Authorization.Rbac;
using Podkit.Model.Rbac.V1;

namespace Podkit.ApiServer.Tests.Authorization;

public class RuleCoverageTests
{
    private static readonly string[] Verbs = ["get", "list", "*"];
    private static readonly string[] Groups = ["", "apps", "*"];
    private static readonly string[] Resources = ["pods", "pods/log", "*/log", "secrets", "*"];
    private static readonly string[] ResourceNames = ["a", "b"];

    [Fact]
    public void What_is_missing_is_put_together_by_verb_and_sorted()
    {
        var missing = RuleCoverage.Missing([], [Rule(["get", "list"], [""], ["secrets", "pods"]), new PolicyRule { Verbs = ["get"], NonResourceURLs = ["/metrics"] }]);
        RuleCoverage.Describe(missing).ShouldBe("""
            {APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}
            {APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}
            {NonResourceURLs:["/metrics"], Verbs:["get"]}
            """);
    }

    [Fact]
    public void Names_stand_apart_when_missing_rules_are_put_together()
    {
        var missing = RuleCoverage.Missing([], [Rule(["get", "update"], [""], ["secrets"], ["a", "b"]), Rule(["list"], [""], ["secrets"])]);
        RuleCoverage.Describe(missing).ShouldBe("""
            {APIGroups:[""], Resources:["secrets"], ResourceNames:["a"], Verbs:["get" "update"]}
            {APIGroups:[""], Resources:["secrets"], ResourceNames:["b"], Verbs:["get" "update"]}
            {APIGroups:[""], Resources:["secrets"], Verbs:["list"]}
            """);
    }

    [Fact]
    public void Rights_to_some_names_do_not_cover_rights_to_all() =>
        RuleCoverage.Missing([Rule(["get"], [""], ["secrets"], ["a"])], [Rule(["get"], [""], ["secrets"])]).Count.ShouldBe(1);

    [Fact]
    public void Several_rules_together_cover_one() =>
        RuleCoverage.Missing([Rule(["get"], [""], ["pods"]), Rule(["list"], ["*"], ["*"])], [Rule(["get", "list"], [""], ["pods"])]).ShouldBeEmpty();

    [Fact]
    public void A_star_before_a_subresource_covers_that_subresource_of_everything()
    {
        var held = new[] { Rule(["get"], ["apps"], ["*/scale"]) };
        RuleCoverage.Missing(held, [Rule(["get"], ["apps"], ["deployments/scale"])]).ShouldBeEmpty();
        RuleCoverage.Missing(held, [Rule(["get"], ["apps"], ["deployments", "*"])]).Count.ShouldBe(2);
    }

    [Property(MaxTest = 300)]
    public Property Whoever_holds_rules_that_cover_others_may_do_all_that_those_allow()
    {
        var rule = from verbs in Some(Verbs) from groups in Some(Groups) from resources in Some(Resources) from names in Some(ResourceNames, 0) select Rule(verbs, groups, resources, names.Count == 0 ? null : names);
        var request =
            from verb in Gen.Elements("get", "list", "watch")
            from @group in Gen.Elements("", "apps", "batch")
            from resource in Gen.Elements("pods", "secrets", "jobs")
            from subresource in Gen.Elements("", "log")
            from name in Gen.Elements("", "a", "b", "c")
            select new AuthorizationAttributes { Verb = verb, Group = @group, Resource = resource, Subresource = subresource, Name = name };
        var all = from held in Gen.ListOf(rule, 3) from granted in Gen.ListOf(rule, 2) from asked in Gen.ListOf(request, 20) select (held, granted, asked);
        return Prop.ForAll(Arb.From(all), x =>
        {
            var covered = RuleCoverage.Missing([.. x.held], x.granted).Count == 0;
            return !covered || x.asked.All(r => !PolicyRules.Allow([.. x.granted], r) || PolicyRules.Allow([.. x.held], r));
        });
    }

    private static Gen<List<string>> Some(string[] values, int least = 1) =>
        Gen.Choose(least, values.Length).SelectMany(count => Gen.Shuffle(values).Select(s => s.Take(count).ToList()));

    private static PolicyRule Rule(List<string> verbs, List<string> groups, List<string> resources, List<string>? names = null) =>
        new() { Verbs = verbs, ApiGroups = groups, Resources = resources, ResourceNames = names };
}
