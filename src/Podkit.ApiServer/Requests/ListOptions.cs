using System.Globalization;
using Podkit.ApiServer.Errors;
using Podkit.Model.Selectors;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Requests;

/// <summary>The query of a list or watch, checked.</summary>
internal sealed record ListOptions
{
    public LabelSelector? Labels { get; init; }

    public FieldSelector? Fields { get; init; }

    /// <summary>Null when the query has none; 0 for any version.</summary>
    public long? ResourceVersion { get; init; }

    /// <summary><c>Exact</c>, <c>NotOlderThan</c> or empty.</summary>
    public string ResourceVersionMatch { get; init; } = "";

    public long Limit { get; init; }

    public string Continue { get; init; } = "";

    public TimeSpan? Timeout { get; init; }

    public bool AllowWatchBookmarks { get; init; }

    public bool? SendInitialEvents { get; init; }

    public static ListOptions Read(ApiRequest request, bool watch)
    {
        var version = request.Query("resourceVersion") ?? "";
        var match = request.Query("resourceVersionMatch") ?? "";
        var initial = request.Query("sendInitialEvents") is { } send ? RequestInfoParser.IsTrue(send) : (bool?)null;
        Check(watch, version, match, initial, request.Query("continue") ?? "");
        return new ListOptions
        {
            Labels = Parse(request.Query("labelSelector"), LabelSelector.Parse),
            Fields = Parse(request.Query("fieldSelector"), FieldSelector.Parse),
            ResourceVersion = ReadVersion(version),
            ResourceVersionMatch = match,
            Limit = long.TryParse(request.Query("limit"), CultureInfo.InvariantCulture, out var limit) ? limit : 0,
            Continue = request.Query("continue") ?? "",
            Timeout = long.TryParse(request.Query("timeoutSeconds"), CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, 365 * 86400)) : null,
            AllowWatchBookmarks = RequestInfoParser.IsTrue(request.Query("allowWatchBookmarks")),
            SendInitialEvents = initial,
        };
    }

    /// <summary>A version as the query has it; null when it has none.</summary>
    public static long? ReadVersion(string version)
    {
        if (version.Length == 0) return null;
        if (ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue) return (long)number;
        throw ApiException.BadRequest($"invalid resource version: resourceVersion: Invalid value: \"{version}\": strconv.ParseUint: parsing \"{version}\": {(version.All(char.IsAsciiDigit) ? "value out of range" : "invalid syntax")}");
    }

    private static T? Parse<T>(string? text, Func<string, T> parse)
        where T : class
    {
        if (string.IsNullOrEmpty(text)) return null;
        try
        {
            return parse(text);
        }
        catch (FormatException e)
        {
            throw ApiException.BadRequest(e.Message);
        }
    }

    private static void Check(bool watch, string version, string match, bool? initial, string token)
    {
        var errors = new List<FieldError>();
        var path = FieldPath.Root("resourceVersionMatch");
        if (watch) CheckWatch(match, initial, errors, path);
        else CheckList(version, match, initial, token, errors, path);
        if (errors.Count > 0) throw ApiException.Invalid("meta.k8s.io", "ListOptions", "", errors);
    }

    private static void CheckWatch(string match, bool? initial, List<FieldError> errors, FieldPath path)
    {
        if (initial is null && match.Length > 0) errors.Add(FieldError.Forbidden(path, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        else if (initial is not null && match.Length == 0) errors.Add(FieldError.Forbidden(path, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        else if (initial is not null && match != "NotOlderThan") errors.Add(FieldError.NotSupported(path, match, ["NotOlderThan"]));
    }

    private static void CheckList(string version, string match, bool? initial, string token, List<FieldError> errors, FieldPath path)
    {
        if (initial is not null) errors.Add(FieldError.Forbidden(FieldPath.Root("sendInitialEvents"), "sendInitialEvents is forbidden for list"));
        if (match.Length == 0) return;
        if (version.Length == 0) errors.Add(FieldError.Forbidden(path, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        if (token.Length > 0) errors.Add(FieldError.Forbidden(path, "resourceVersionMatch is forbidden when continue is provided"));
        if (match is not ("Exact" or "NotOlderThan")) errors.Add(FieldError.NotSupported(path, match, ["Exact", "NotOlderThan", ""]));
        if (match == "Exact" && version == "0") errors.Add(FieldError.Forbidden(path, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
    }
}
