namespace Podkit.Cli.Output;

/// <summary>Standard output and error: lines are written whole, and coloured only on a terminal that wants it.</summary>
internal sealed class Terminal
{
    private static readonly int[] Palette = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];
    private readonly Lock gate = new();
    private readonly TextWriter output;
    private readonly TextWriter error;

    public Terminal(TextWriter output, TextWriter error, bool colourOutput, bool colourError)
    {
        this.output = output;
        this.error = error;
        ColourOutput = colourOutput;
        ColourError = colourError;
    }

    public bool ColourOutput { get; }

    public bool ColourError { get; }

    /// <summary>The process' own streams. NO_COLOR and TERM=dumb turn colours off (no-color.org).</summary>
    public static Terminal ForProcess()
    {
        var wanted = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new Terminal(Console.Out, Console.Error, wanted && !Console.IsOutputRedirected, wanted && !Console.IsErrorRedirected);
    }

    /// <summary>One line of the command's result.</summary>
    public void Line(string text)
    {
        lock (gate)
        {
            output.WriteLine(text);
            output.Flush();
        }
    }

    /// <summary>One line of a container's log, prefixed with its name in the container's colour.</summary>
    public void Log(string prefix, int colour, string text)
    {
        lock (gate)
        {
            if (ColourOutput) output.WriteLine($"\u001b[{Palette[colour % Palette.Length]}m{prefix}\u001b[0m {text}");
            else output.WriteLine($"{prefix} {text}");
            output.Flush();
        }
    }

    /// <summary>A message about what goes on; to standard error, so that results can be piped.</summary>
    public void Note(string text) => Message("podkit:", 90, text);

    /// <summary>Something the user should look at.</summary>
    public void Warning(string text) => Message("warning:", 33, text);

    /// <summary>What went wrong.</summary>
    public void Error(string text) => Message("error:", 31, text);

    private void Message(string label, int colour, string text)
    {
        lock (gate)
        {
            error.WriteLine(ColourError ? $"\u001b[{colour}m{label}\u001b[0m {text}" : $"{label} {text}");
            error.Flush();
        }
    }
}
