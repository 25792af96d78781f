namespace Podkit.Model.Selectors;

/// <summary>One condition of a field selector.</summary>
/// <param name="Field">The field's path, such as <c>metadata.name</c>.</param>
/// <param name="Operator"><see cref="SelectorOperator.Equal"/> or <see cref="SelectorOperator.NotEqual"/>.</param>
/// <param name="Value">What it is compared to.</param>
public sealed record FieldRequirement(string Field, SelectorOperator Operator, string Value)
{
    /// <summary>The condition in kubectl's notation.</summary>
    public override string ToString() => Field + (Operator == SelectorOperator.NotEqual ? "!=" : "=") + Escape(Value);

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal);
}
