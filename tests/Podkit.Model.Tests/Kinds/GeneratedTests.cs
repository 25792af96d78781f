using System.Text.Json;
using Podkit.Model.Generator;

namespace Podkit.Model.Tests.Kinds;

public class GeneratedTests
{
    [Fact]
    public void The_generated_types_are_those_of_the_facts()
    {
        var model = Path.Combine(Root(), "src", "Podkit.Model");
        using var schemas = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(model, "Facts", "schemas.json")));
        using var resources = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(model, "Facts", "resources.json")));
        var written = new ModelWriter(schemas.RootElement, resources.RootElement).Write();

        Directory.GetFiles(Path.Combine(model, "Generated")).Select(f => Path.GetFileName(f)!).ShouldBe(written.Keys, ignoreOrder: true);
        foreach (var (name, text) in written)
            (File.ReadAllText(Path.Combine(model, "Generated", name)) == text).ShouldBeTrue($"{name} is out of date: run 'dotnet run --project tools/Podkit.Model.Generator'");
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Podkit.slnx"))) directory = directory.Parent!;
        return directory.FullName;
    }
}
