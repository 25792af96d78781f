namespace Podkit.ApiServer.Documents;

/// <summary>A value does not fit the type of its field; worded as Go's decoder does.</summary>
internal sealed class DecodeException(string message) : Exception(message);
