using System.Globalization;

namespace Podkit.Model.Validation;

/// <summary>The place of a field in an object, as Kubernetes' messages write it: <c>spec.containers[0].name</c>.</summary>
public sealed class FieldPath
{
    private readonly FieldPath? parent;
    private readonly string text;

    private FieldPath(FieldPath? parent, string text)
    {
        this.parent = parent;
        this.text = text;
    }

    /// <summary>The path of a field at the top of the object.</summary>
    public static FieldPath Root(string name) => new(null, name);

    /// <summary>The path of a field below this one.</summary>
    public FieldPath Child(string name) => new(this, "." + name);

    /// <summary>The path of an element of the list at this path.</summary>
    public FieldPath Index(int index) => new(this, string.Create(CultureInfo.InvariantCulture, $"[{index}]"));

    /// <summary>The path of a value of the map at this path.</summary>
    public FieldPath Key(string key) => new(this, $"[{key}]");

    /// <inheritdoc/>
    public override string ToString() => parent is null ? text : parent + text;
}
