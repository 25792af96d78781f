using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of Secrets. No message shows what one holds.</summary>
internal static class SecretValidation
{
    private const string AccountAnnotation = "kubernetes.io/service-account.name";
    private const string Redacted = "<secret contents redacted>";
    private static readonly FieldPath Data = FieldPath.Root("data");

    public static void Validate(JsonObject obj, List<FieldError> errors)
    {
        var data = obj.Texts("data");
        var size = 0L;
        foreach (var (key, value) in data)
        {
            FieldChecks.Names(Names.IsConfigMapKey(key), key, Data.Key(key), errors);
            size += ConfigMapValidation.Size(value);
        }

        if (size > ConfigMapValidation.MaximumSize) errors.Add(FieldError.TooLong(ConfigMapValidation.Whole, ConfigMapValidation.MaximumSize));
        ValidateType(obj, data, errors);
    }

    public static void ValidateUpdate(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        if (obj.Text("type") != old.Text("type")) errors.Add(FieldError.Invalid(FieldPath.Root("type"), obj.Text("type"), "field is immutable"));
        ConfigMapValidation.CheckImmutable(obj, old, ["data"], errors);
    }

    private static void ValidateType(JsonObject obj, Dictionary<string, string> data, List<FieldError> errors)
    {
        switch (obj.Text("type"))
        {
            case "kubernetes.io/service-account-token":
                if (obj.Object("metadata").Texts("annotations").GetValueOrDefault(AccountAnnotation, "").Length == 0)
                    errors.Add(FieldError.Required(FieldPath.Root("metadata").Child("annotations").Key(AccountAnnotation), ""));
                break;
            case "kubernetes.io/dockercfg":
                RequireJson(data, ".dockercfg", errors);
                break;
            case "kubernetes.io/dockerconfigjson":
                RequireJson(data, ".dockerconfigjson", errors);
                break;
            case "kubernetes.io/basic-auth":
                if (data.ContainsKey("username") || data.ContainsKey("password")) break;
                errors.Add(FieldError.Required(Data.Key("username"), ""));
                errors.Add(FieldError.Required(Data.Key("password"), ""));
                break;
            case "kubernetes.io/ssh-auth":
                Require(data, "ssh-privatekey", errors);
                break;
            case "kubernetes.io/tls":
                Require(data, "tls.crt", errors);
                Require(data, "tls.key", errors);
                break;
        }
    }

    private static bool Require(Dictionary<string, string> data, string key, List<FieldError> errors)
    {
        if (data.ContainsKey(key)) return true;
        errors.Add(FieldError.Required(Data.Key(key), ""));
        return false;
    }

    private static void RequireJson(Dictionary<string, string> data, string key, List<FieldError> errors)
    {
        if (!Require(data, key, errors)) return;
        try
        {
            using var document = JsonDocument.Parse(Convert.FromBase64String(data[key]));
        }
        catch (JsonException)
        {
            errors.Add(FieldError.Invalid(Data.Key(key), Redacted, "must be valid JSON"));
        }
    }
}
