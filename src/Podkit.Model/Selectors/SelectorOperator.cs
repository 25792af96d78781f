namespace Podkit.Model.Selectors;

/// <summary>How a requirement compares.</summary>
public enum SelectorOperator
{
    /// <summary><c>key=value</c>.</summary>
    Equal,

    /// <summary><c>key==value</c>; the same as <see cref="Equal"/>, written differently.</summary>
    DoubleEqual,

    /// <summary><c>key!=value</c>; also true where the key is missing.</summary>
    NotEqual,

    /// <summary><c>key in (a,b)</c>.</summary>
    In,

    /// <summary><c>key notin (a,b)</c>; also true where the key is missing.</summary>
    NotIn,

    /// <summary><c>key</c>.</summary>
    Exists,

    /// <summary><c>!key</c>.</summary>
    DoesNotExist,

    /// <summary><c>key&gt;5</c>, by number.</summary>
    GreaterThan,

    /// <summary><c>key&lt;5</c>, by number.</summary>
    LessThan,
}
