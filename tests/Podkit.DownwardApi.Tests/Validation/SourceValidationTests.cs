using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.DownwardApi.Tests;

public class SourceValidationTests
{
    private static readonly FieldPath Env = FieldPath.Root("env");
    private static readonly FieldPath Root = FieldPath.Root("v");
    private readonly List<FieldError> errors = [];

    private IEnumerable<string> Said => errors.Select(e => e.ToString());

    [Fact]
    public void A_source_of_envFrom_must_be_named()
    {
        DownwardApiValidation.ValidateEnvFrom([new() { ConfigMapRef = new() }, new() { SecretRef = new() { Name = "" } }], Env, errors);
        Said.ShouldBe(["env[0].configMapRef.name: Required value", "env[1].secretRef.name: Required value"]);
    }

    [Fact]
    public void An_element_of_envFrom_has_exactly_one_source()
    {
        var both = new EnvFromSource { ConfigMapRef = new() { Name = "a" }, SecretRef = new() { Name = "b" } };
        DownwardApiValidation.ValidateEnvFrom([new(), both], Env, errors);
        Said.ShouldBe(
        [
            "env: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`",
            "env: Invalid value: \"\": may not have more than one field specified at a time",
        ]);
    }

    [Fact]
    public void A_prefix_follows_the_relaxed_rule_of_variable_names()
    {
        DownwardApiValidation.ValidateEnvFrom(
            [new() { Prefix = "1-x.", SecretRef = new() { Name = "s-" } }, new() { Prefix = "a=", SecretRef = new() { Name = "s" } }], Env, errors);
        Said.ShouldHaveSingleItem().ShouldStartWith("env[1].prefix: Invalid value: \"a=\": a valid environment variable name must consist only");
    }

    [Fact]
    public void A_key_reference_needs_a_valid_name_and_key()
    {
        DownwardApiValidation.ValidateEnv(
            [
                new() { Name = "A", ValueFrom = new() { ConfigMapKeyRef = new() { Name = "Bad", Key = "" } } },
                new() { Name = "B", ValueFrom = new() { SecretKeyRef = new() { Name = "good", Key = "a b" } } },
                new() { Name = "C", ValueFrom = new() { SecretKeyRef = new() { Name = "good", Key = "a.b" } } },
            ],
            Env,
            errors);
        errors.Select(e => e.Field).ShouldBe(
            ["env[0].valueFrom.configMapKeyRef.name", "env[0].valueFrom.configMapKeyRef.key", "env[1].valueFrom.secretKeyRef.key"]);
        errors[1].Message.ShouldBe("Required value");
        errors[2].Message.ShouldStartWith("Invalid value: \"a b\": a valid config key must consist of");
    }

    [Fact]
    public void A_file_reference_is_no_source_while_its_feature_gate_is_off()
    {
        DownwardApiValidation.ValidateEnv(
            [new() { Name = "A", ValueFrom = new() { FileKeyRef = new() { VolumeName = "v", Path = "p", Key = "k" } } }], Env, errors);
        Said.ShouldHaveSingleItem().ShouldContain("must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
    }

    [Fact]
    public void The_sources_of_a_projected_volume_are_checked_one_by_one()
    {
        var item = new KeyToPath { Key = "k", Path = "same" };
        var volume = new ProjectedVolumeSource
        {
            DefaultMode = -1,
            Sources =
            [
                new() { Secret = new() { Items = [new() { Mode = 512 }] } },
                new() { Secret = new() { Name = "s", Items = [item] }, ConfigMap = new() { Name = "c", Items = [item] } },
                new() { ServiceAccountToken = new() { ExpirationSeconds = (1L << 32) + 1 } },
                new() { ServiceAccountToken = new() { Path = "t" } },
            ],
        };
        DownwardApiValidation.ValidateProjectedVolume(volume, Root, errors);
        const string mode = "must be a number between 0 and 0777 (octal), both inclusive";
        Said.ShouldBe(
        [
            $"v.defaultMode: Invalid value: -1: {mode}",
            "v.sources[0].secret.name: Required value",
            "v.sources[0].secret.items[0].key: Required value",
            "v.sources[0].secret.items[0].path: Required value",
            $"v.sources[0].secret.items[0].mode: Invalid value: 512: {mode}",
            "v: Invalid value: \"c\": conflicting duplicate paths",
            "v.sources[1]: Forbidden: may not specify more than 1 volume type per source",
            "v.sources[2].serviceAccountToken.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds",
            "v.path: Required value",
        ]);
    }

    [Fact]
    public void A_trust_bundle_is_found_by_name_or_by_signer()
    {
        var volume = new ProjectedVolumeSource
        {
            Sources =
            [
                new() { ClusterTrustBundle = new() { Path = "a" } },
                new() { ClusterTrustBundle = new() { Path = "a", Name = "n", SignerName = "s" } },
                new() { ClusterTrustBundle = new() { Name = "" } },
                new() { ClusterTrustBundle = new() { Path = "b", SignerName = "" } },
            ],
        };
        DownwardApiValidation.ValidateProjectedVolume(volume, Root, errors);
        Said.ShouldBe(
        [
            "v.sources[0].clusterTrustBundle: Required value: either name or signerName must be specified",
            "v.sources[1].clusterTrustBundle: Invalid value: \"n\": only one of name and signerName may be used",
            "v: Invalid value: \"a\": conflicting duplicate paths",
            "v.sources[2].clusterTrustBundle.name: Required value: must be a valid object name",
            "v.sources[2].clusterTrustBundle.path: Required value",
            "v.sources[3].clusterTrustBundle.signerName: Required value: must be a valid signer name",
        ]);
    }

    [Fact]
    public void ConfigMap_and_Secret_volumes_must_be_named_and_have_valid_items()
    {
        DownwardApiValidation.ValidateConfigMapVolume(new() { DefaultMode = 512, Items = [new() { Key = "k", Path = "../x" }] }, Root, errors);
        DownwardApiValidation.ValidateSecretVolume(new() { SecretName = "" }, Root, errors);
        errors.Select(e => e.Field).ShouldBe(["v.name", "v.defaultMode", "v.items[0].path", "v.secretName"]);
        errors[2].Message.ShouldBe("Invalid value: \"../x\": must not contain '..'");
    }

    [Theory]
    [InlineData("limits.hugepages-2Mi", "1Mi", true)]
    [InlineData("requests.hugepages-1Gi", "1.5", false)]
    [InlineData("limits.cpu", "1000m", true)]
    [InlineData("limits.cpu", "1.0", true)]
    [InlineData("limits.memory", "1024Ki", true)]
    [InlineData("limits.memory", "1024", false)]
    [InlineData("limits.memory", "0.5Gi", false)]
    [InlineData("limits.memory", "1e3", false)]
    [InlineData("limits.memory", "+1", false)]
    [InlineData("limits.memory", "01", false)]
    [InlineData("limits.memory", "0", true)]
    public void A_divisor_is_compared_by_its_canonical_string(string resource, string divisor, bool isValid)
    {
        var source = new EnvVarSource { ResourceFieldRef = new() { Resource = resource, Divisor = Model.Quantity.Parse(divisor) } };
        DownwardApiValidation.ValidateEnv([new() { Name = "A", ValueFrom = source }], Env, errors);
        (errors.Count == 0).ShouldBe(isValid);
    }
}
