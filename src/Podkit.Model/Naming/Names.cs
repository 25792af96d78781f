using System.Text;

namespace Podkit.Model;

/// <summary>
/// The rules for names, keys and label values (k8s.io/apimachinery's <c>util/validation</c>). Each rule returns Kubernetes'
/// sentences about what is wrong; none when the text is valid. Lengths count UTF-8 bytes.
/// </summary>
public static class Names
{
    private const int LabelLength = 63;
    private const int SubdomainLength = 253;
    private const string Dns1123Label = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string Dns1123Subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string Dns1035Label = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private const string NamePart = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private const string QualifiedName = "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    private const string LabelValue = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private const string ConfigMapKey = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
    private const string EnvVarName = "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";
    private const string RelaxedEnvVarName = "a valid environment variable name must consist only of printable ASCII characters other than '='";

    /// <summary>A DNS label: names of namespaces, containers, volumes and ports.</summary>
    public static IReadOnlyList<string> IsDns1123Label(string value)
    {
        var errors = TooLong(value, LabelLength);
        if (!IsLabel(value)) errors.Add(IsSubdomain(value) ? "must not contain dots" : Dns1123Label);
        return errors;
    }

    /// <summary>A DNS subdomain: the names of most objects.</summary>
    public static IReadOnlyList<string> IsDns1123Subdomain(string value)
    {
        var errors = TooLong(value, SubdomainLength);
        if (!IsSubdomain(value)) errors.Add(Dns1123Subdomain);
        return errors;
    }

    /// <summary>A DNS label that starts with a letter: the names of services.</summary>
    public static IReadOnlyList<string> IsDns1035Label(string value)
    {
        var errors = TooLong(value, LabelLength);
        if (!IsLabel(value) || !char.IsAsciiLetterLower(value[0])) errors.Add(Dns1035Label);
        return errors;
    }

    /// <summary>The key of a label, an annotation or a finalizer: an optional DNS subdomain, a slash and a name.</summary>
    public static IReadOnlyList<string> IsQualifiedName(string value)
    {
        var errors = new List<string>();
        var parts = value.Split('/');
        if (parts.Length > 2) return [QualifiedName];
        if (parts.Length == 2)
        {
            if (parts[0].Length == 0) errors.Add("prefix part must be non-empty");
            else errors.AddRange(IsDns1123Subdomain(parts[0]).Select(e => "prefix part " + e));
        }

        var name = parts[^1];
        if (name.Length == 0) errors.Add("name part must be non-empty");
        else errors.AddRange(TooLong(name, LabelLength).Select(e => "name part " + e));
        if (!IsNamePart(name)) errors.Add("name part " + NamePart);
        return errors;
    }

    /// <summary>The value of a label.</summary>
    public static IReadOnlyList<string> IsLabelValue(string value)
    {
        var errors = TooLong(value, LabelLength);
        if (value.Length > 0 && !IsNamePart(value)) errors.Add(LabelValue);
        return errors;
    }

    /// <summary>A key of a ConfigMap or a Secret.</summary>
    public static IReadOnlyList<string> IsConfigMapKey(string value)
    {
        var errors = TooLong(value, SubdomainLength);
        if (value.Length == 0 || !value.All(IsNameCharacter)) errors.Add(ConfigMapKey);
        errors.AddRange(ParentDirectory(value));
        return errors;
    }

    /// <summary>The name of an environment variable by the strict rule.</summary>
    public static IReadOnlyList<string> IsEnvVarName(string value)
    {
        var errors = new List<string>();
        if (value.Length == 0 || char.IsAsciiDigit(value[0]) || !value.All(IsNameCharacter)) errors.Add(EnvVarName);
        errors.AddRange(ParentDirectory(value));
        return errors;
    }

    /// <summary>The name of an environment variable by the relaxed rule, which Kubernetes follows since 1.34.</summary>
    public static IReadOnlyList<string> IsRelaxedEnvVarName(string value)
    {
        if (value.Length == 0) return ["environment variable name must be non-empty"];
        return value.All(c => c is >= ' ' and <= '~' and not '=') ? [] : [RelaxedEnvVarName];
    }

    private static List<string> TooLong(string value, int maximum) =>
        Encoding.UTF8.GetByteCount(value) > maximum ? [$"must be no more than {maximum} characters"] : [];

    private static IEnumerable<string> ParentDirectory(string value) => value switch
    {
        "." => ["must not be '.'"],
        ".." => ["must not be '..'"],
        _ => value.StartsWith("..", StringComparison.Ordinal) ? ["must not start with '..'"] : [],
    };

    private static bool IsLabel(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || !IsLowerAlphanumeric(value[0]) || !IsLowerAlphanumeric(value[^1])) return false;
        foreach (var c in value)
            if (!IsLowerAlphanumeric(c) && c != '-') return false;
        return true;
    }

    private static bool IsSubdomain(ReadOnlySpan<char> value)
    {
        foreach (var part in value.Split('.'))
            if (!IsLabel(value[part])) return false;
        return true;
    }

    private static bool IsNamePart(string value) =>
        value.Length > 0 && char.IsAsciiLetterOrDigit(value[0]) && char.IsAsciiLetterOrDigit(value[^1]) && value.All(IsNameCharacter);

    private static bool IsLowerAlphanumeric(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
