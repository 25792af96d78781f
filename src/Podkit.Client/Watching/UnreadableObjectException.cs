namespace Podkit.Client.Watching;

/// <summary>The type of the objects could not be read, by whatever its own code throws: a converter, a constructor, an assembly that is missing.</summary>
internal sealed class UnreadableObjectException(Exception cause) : Exception("an object cannot be read", cause)
{
    /// <summary>Whether an exception of a codec must be told apart from one of the connection's or the caller's.</summary>
    public static bool IsStray(Exception exception) => exception is not (System.Text.Json.JsonException or InvalidDataException or UnreadableObjectException);
}
