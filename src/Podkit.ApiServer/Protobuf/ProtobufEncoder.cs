using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Protobuf;

/// <summary>Makes Kubernetes' protobuf bodies of documents.</summary>
internal static class ProtobufEncoder
{
    /// <summary>The body of an object. What its kind has no field for is left out.</summary>
    /// <exception cref="FormatException">The kind is not known, or a value has the wrong type.</exception>
    public static byte[] Encode(JsonObject document)
    {
        var apiVersion = (string?)document["apiVersion"] ?? "";
        var kind = (string?)document["kind"] ?? "";
        var message = ProtobufDecoder.MessageOf(apiVersion, kind) ?? throw new FormatException($"no kind \"{kind}\" is known for version \"{apiVersion}\"");
        var type = new ProtobufWriter();
        type.Text(1, apiVersion);
        type.Text(2, kind);
        var raw = new ProtobufWriter();
        Write(document, message, raw);
        var body = new ProtobufWriter();
        body.Raw(ProtobufDecoder.Magic);
        body.Bytes(1, type.Written);
        body.Bytes(2, raw.Written);
        body.Text(3, "");
        body.Text(4, "");
        return body.Written.ToArray();
    }

    private static bool Write(JsonObject fields, ProtobufMessage message, ProtobufWriter into)
    {
        var any = false;
        foreach (var field in message.Fields)
        {
            if (field.IsInline)
            {
                var inner = new ProtobufWriter();
                if (!Write(fields, ProtobufSchema.Find(field.Type)!, inner)) continue;
                into.Bytes(field.Number, inner.Written);
            }
            else if (fields[field.Name] is { } value)
            {
                WriteField(value, field, into);
            }
            else
            {
                continue;
            }

            any = true;
        }

        return any;
    }

    private static void WriteField(JsonNode value, ProtobufField field, ProtobufWriter into)
    {
        if (field.IsMap)
        {
            foreach (var (key, item) in value.AsObject())
            {
                var entry = new ProtobufWriter();
                entry.Text(1, key);
                if (item is not null) WriteValue(item, field, 2, entry);
                into.Bytes(field.Number, entry.Written);
            }
        }
        else if (field.IsRepeated)
        {
            foreach (var item in value.AsArray()) WriteValue(item ?? throw new FormatException($"{field.Name} has an element that is null"), field, field.Number, into);
        }
        else
        {
            WriteValue(value, field, field.Number, into);
        }
    }

    private static void WriteValue(JsonNode value, ProtobufField field, int number, ProtobufWriter into)
    {
        switch (field.Type)
        {
            case "string":
                into.Text(number, value.GetValue<string>());
                break;
            case "bytes":
                into.Bytes(number, Convert.FromBase64String(value.GetValue<string>()));
                break;
            case "bool":
                into.Int(number, value.GetValue<bool>() ? 1 : 0);
                break;
            case "int32" or "int64":
                into.Int(number, value.AsValue().TryGetValue(out long wide) ? wide : value.GetValue<int>());
                break;
            case "double":
                into.Double(number, value.AsValue().TryGetValue(out double real) ? real : value.GetValue<long>());
                break;
            default:
                var message = ProtobufSchema.Find(field.Type)!;
                var inner = new ProtobufWriter();
                if (!WellKnown.WriteSpecial(message.Name, value, inner)) Write(WellKnown.Wrap(message.Name, value), message, inner);
                into.Bytes(number, inner.Written);
                break;
        }
    }
}
