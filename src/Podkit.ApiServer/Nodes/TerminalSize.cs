namespace Podkit.ApiServer;

/// <summary>How large a terminal is, in characters.</summary>
/// <param name="Columns">How wide.</param>
/// <param name="Rows">How high.</param>
public readonly record struct TerminalSize(ushort Columns, ushort Rows);
