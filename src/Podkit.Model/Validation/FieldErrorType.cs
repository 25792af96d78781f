namespace Podkit.Model.Validation;

/// <summary>What is wrong with a field; the names are the reasons of a Status' causes.</summary>
public enum FieldErrorType
{
    /// <summary>The value is malformed or not allowed.</summary>
    FieldValueInvalid,

    /// <summary>A value is required.</summary>
    FieldValueRequired,

    /// <summary>The value is none of those supported.</summary>
    FieldValueNotSupported,

    /// <summary>The value stands twice where it must be unique.</summary>
    FieldValueDuplicate,

    /// <summary>What the value refers to is not there.</summary>
    FieldValueNotFound,

    /// <summary>The value is well-formed but may not be set here.</summary>
    FieldValueForbidden,

    /// <summary>The value is too long.</summary>
    FieldValueTooLong,

    /// <summary>The list holds too many elements.</summary>
    FieldValueTooMany,

    /// <summary>The value has the wrong JSON type.</summary>
    FieldValueTypeInvalid,

    /// <summary>Something failed that is not the user's doing.</summary>
    InternalError,
}
