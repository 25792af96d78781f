using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Protobuf;
using Podkit.ApiServer.Validation;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Serialization;

/// <summary>Makes documents of request bodies.</summary>
internal static class DocumentDecoder
{
    private const string Scheme = "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30";

    /// <summary>Decodes a body as an object of that group, version and kind.</summary>
    /// <param name="body">The body.</param>
    /// <param name="contentType">Its media type; none is JSON.</param>
    /// <param name="group">The group expected.</param>
    /// <param name="version">The version expected.</param>
    /// <param name="kind">The kind expected.</param>
    /// <param name="fieldValidation"><c>Strict</c> refuses unknown and duplicate fields, <c>Warn</c> warns of them.</param>
    /// <param name="warnings">Where warnings go.</param>
    /// <param name="shape">Whether what Go cannot leave out is added.</param>
    public static JsonObject Decode(byte[] body, string? contentType, string group, string version, string kind, string fieldValidation, List<string> warnings, bool shape = true)
    {
        var json = ToJson(body, contentType, kind);
        if (GoJson.Check(json) is { } problem)
            throw ApiException.BadRequest($"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: {problem} ({Summary(json)})");
        CheckKind(json, group, version, kind);
        var isProtobuf = contentType is not null && MediaType.Parse(contentType).Name == MediaType.Protobuf;
        return Read(json, group, version, kind, fieldValidation, warnings, shape || isProtobuf);
    }

    /// <summary>Reads a document that a patch made, by the schema of its kind.</summary>
    public static JsonObject Read(ReadOnlySpan<byte> json, string group, string version, string kind, string fieldValidation, List<string> warnings, bool shape = true)
    {
        var schema = SchemaRegistry.FindKind(group, version, kind) ?? throw ApiException.NoSuchResource();
        var decoded = Decoded(json, schema, kind);
        if (decoded.Error is { } mistake) throw ApiException.BadRequest($"{kind} in version \"{version}\" cannot be handled as a {kind}: {mistake}");
        if (decoded.StrictError is { } problems)
        {
            if (fieldValidation == "Strict") throw ApiException.BadRequest($"{kind} in version \"{version}\" cannot be handled as a {kind}: {problems}");
            if (fieldValidation == "Warn") warnings.AddRange(decoded.StrictErrors);
        }

        var document = decoded.Document;
        if (shape) GoShape.Apply(document, schema);
        document["apiVersion"] = group.Length == 0 ? version : $"{group}/{version}";
        document["kind"] = kind;
        return document;
    }

    private static DecodedDocument Decoded(ReadOnlySpan<byte> json, TypeSchema schema, string kind)
    {
        try
        {
            return StrictDecoder.Decode(json, schema);
        }
        catch (JsonException)
        {
            throw ApiException.BadRequest($"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: exceeded max depth ({Summary(json)})");
        }
    }

    /// <summary>The body as JSON.</summary>
    public static byte[] ToJson(byte[] body, string? contentType, string kind)
    {
        switch (string.IsNullOrEmpty(contentType) ? MediaType.Json : MediaType.Parse(contentType).Name)
        {
            case MediaType.Json:
                return body;
            case MediaType.Yaml:
                return FromYaml(body, kind);
            case MediaType.Protobuf:
                return FromProtobuf(body, kind);
            default:
                throw ApiException.UnsupportedMediaType(MediaType.Supported);
        }
    }

    public static byte[] FromYaml(byte[] body, string kind)
    {
        try
        {
            return YamlText.ToJson(Encoding.UTF8.GetString(body));
        }
        catch (FormatException e)
        {
            throw ApiException.BadRequest($"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: {e.Message} ({Summary(body)})");
        }
    }

    private static byte[] FromProtobuf(byte[] body, string kind)
    {
        try
        {
            return JsonText.ToBytes(ProtobufDecoder.Decode(body));
        }
        catch (FormatException e)
        {
            throw ApiException.BadRequest($"the object provided is unrecognized (must be of type {kind}): {e.Message} ({Summary(body)})");
        }
    }

    /// <summary>A body may leave out what it is; what it says must be right.</summary>
    private static void CheckKind(ReadOnlySpan<byte> json, string group, string version, string kind)
    {
        var (givenVersion, givenKind) = TypeOf(json, kind);
        if (givenKind.Length == 0 && givenVersion.Length == 0) return;
        var expected = group.Length == 0 ? version : $"{group}/{version}";
        var given = givenVersion.Length == 0 ? expected : givenVersion;
        var name = givenKind.Length == 0 ? kind : givenKind;
        if (name == kind && (given == expected || kind == "DeleteOptions")) return;
        var slash = given.IndexOf('/', StringComparison.Ordinal);
        var (otherGroup, otherVersion) = slash < 0 ? ("", given) : (given[..slash], given[(slash + 1)..]);
        throw ApiException.BadRequest(SchemaRegistry.NameOfKind(otherGroup, otherVersion, name) is null
            ? $"{name} in version \"{given}\" cannot be handled as a {kind}: no kind \"{name}\" is registered for version \"{given}\" in scheme \"{Scheme}\""
            : $"{name} in version \"{otherVersion}\" cannot be handled as a {kind}: converting ({otherVersion}.{name}) to ({GoPackage(group)}.{kind}): unknown conversion");
    }

    private static (string ApiVersion, string Kind) TypeOf(ReadOnlySpan<byte> json, string expected)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 512 });
        var (version, kind) = ("", "");
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw ApiException.BadRequest(
                $"the object provided is unrecognized (must be of type {expected}): couldn't get version/kind; json parse error: json: cannot unmarshal {Word(reader.TokenType)} into Go value of type struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }} ({Summary(json)})");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isVersion = reader.ValueTextEquals("apiVersion"u8);
            var isKind = reader.ValueTextEquals("kind"u8);
            reader.Read();
            if (isVersion && reader.TokenType == JsonTokenType.String) version = reader.GetString()!;
            else if (isKind && reader.TokenType == JsonTokenType.String) kind = reader.GetString()!;
            else reader.Skip();
        }

        return (version, kind);
    }

    private static string Word(JsonTokenType token) => token switch
    {
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.StartArray => "array",
        JsonTokenType.True or JsonTokenType.False => "bool",
        _ => "null",
    };

    private static string GoPackage(string group)
    {
        if (group.Length == 0) return "core";
        var dot = group.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? group : group[..dot];
    }

    /// <summary>The beginning of a body, for messages.</summary>
    private static string Summary(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) return "<empty>";
        var start = body.Length > 30 ? body[..30] : body;
        var text = body[0] == '{' ? Encoding.UTF8.GetString(start) : Convert.ToHexStringLower(start);
        return body.Length > 30 ? text + " ..." : text;
    }
}
