using System.Text.Json.Nodes;
using Podkit.Model.Schemas;
using Podkit.Model.Yaml;

namespace Podkit.Model.Tests.Schemas;

public class SchemaCheckTests
{
    [Theory]
    [InlineData("spec: {containers: [{name: c, imagee: x}]}", "spec.containers[0].imagee: unknown field; did you mean image? allowed here: args, command, env, ")]
    [InlineData("speck: {}", "speck: unknown field; did you mean spec? allowed here: apiVersion, kind, metadata, spec, status")]
    [InlineData("spec: {zzzzzz: 1}", "spec.zzzzzz: unknown field; allowed here: activeDeadlineSeconds, ")]
    [InlineData("spec: {containers: {name: c}}", "spec.containers: expected a list, found an object")]
    [InlineData("spec: {containers: [{name: c, env: [{name: A, value: 5}]}]}", "spec.containers[0].env[0].value: expected a string, found the number 5: put it in quotes")]
    [InlineData("spec: {containers: [{name: c, resources: {limits: {cpu: 5x}}}]}", "spec.containers[0].resources.limits[cpu]: \"5x\" is no quantity: a number with a unit such as 500m, 2, 128Mi or 1G")]
    [InlineData("spec: {containers: [{name: c, tty: maybe}]}", "spec.containers[0].tty: expected true or false, found the string \"maybe\"")]
    [InlineData("spec: {restartPolicy: Sometimes}", "spec.restartPolicy: \"Sometimes\" is not allowed; allowed: Always, Never, OnFailure")]
    [InlineData("spec: {terminationGracePeriodSeconds: 1.5}", "spec.terminationGracePeriodSeconds: expected a whole number, found the number 1.5")]
    [InlineData("metadata: {creationTimestamp: yesterday}", "metadata.creationTimestamp: \"yesterday\" is no time: RFC 3339, such as 2026-01-31T12:00:00Z")]
    public void A_bad_field_is_named_with_what_is_allowed(string yaml, string problem) =>
        Check(yaml).ShouldHaveSingleItem().ToString().ShouldStartWith(problem);

    [Fact]
    public void A_good_pod_has_no_problems() =>
        Check("apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {a: b}, creationTimestamp: null}\nspec: {containers: [{name: c, livenessProbe: {httpGet: {port: http}}, resources: {limits: {cpu: 1, memory: 1Gi}}}]}").ShouldBeEmpty();

    private static IReadOnlyList<SchemaProblem> Check(string yaml) =>
        SchemaCheck.Check((JsonObject)YamlDocuments.Parse(yaml, "f")[0].Root!, SchemaRegistry.FindKind("", "v1", "Pod")!);
}
