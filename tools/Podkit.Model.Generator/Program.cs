using System.Text.Json;
using Podkit.Model.Generator;

// Usage: dotnet run --project tools/Podkit.Model.Generator [--check] [FACTS_DIR OUTPUT_DIR]
// Writes src/Podkit.Model/Generated from src/Podkit.Model/Facts; --check only says whether it is up to date.
var check = args.Contains("--check");
var paths = args.Where(a => !a.StartsWith("--", StringComparison.Ordinal)).ToArray();
var facts = paths.Length > 0 ? paths[0] : Path.Combine("src", "Podkit.Model", "Facts");
var output = paths.Length > 1 ? paths[1] : Path.Combine("src", "Podkit.Model", "Generated");

using var schemas = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(facts, "schemas.json")));
using var resources = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(facts, "resources.json")));
var files = new ModelWriter(schemas.RootElement, resources.RootElement).Write();

var stale = files.Where(f => !File.Exists(Path.Combine(output, f.Key)) || File.ReadAllText(Path.Combine(output, f.Key)) != f.Value).Select(f => f.Key)
    .Concat(Directory.Exists(output) ? Directory.GetFiles(output).Select(f => Path.GetFileName(f)).Where(f => !files.ContainsKey(f)) : [])
    .Order(StringComparer.Ordinal).ToArray();
if (check)
{
    foreach (var file in stale) Console.Error.WriteLine($"out of date: {Path.Combine(output, file)}; run 'dotnet run --project tools/Podkit.Model.Generator'");
    return stale.Length == 0 ? 0 : 1;
}

Directory.CreateDirectory(output);
foreach (var name in stale)
{
    if (files.TryGetValue(name, out var text)) File.WriteAllText(Path.Combine(output, name), text);
    else File.Delete(Path.Combine(output, name));
}

Console.WriteLine($"{files.Count} files, {stale.Length} changed");
return 0;
