using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Podkit.Architecture.Tests;

/// <summary>The floors of docs/architecture.md: a part uses only what lies below it.</summary>
public class FloorTests
{
    private static readonly string[][] Floors =
    [
        ["Podkit.Model"],
        ["Podkit.DownwardApi", "Podkit.Client"],
        ["Podkit.Metadata", "Podkit.Ambassador", "Podkit.ApiServer", "Podkit.Node", "Podkit.Advisor"],
        ["Podkit.LocalCluster", "Podkit.Metadata.AspNetCore", "Podkit.Metadata.OpenTelemetry", "Podkit.Metadata.Serilog"],
        ["podkit"],
    ];

    public static TheoryData<string> Parts() => [.. Names()];

    private static IEnumerable<string> Names() => Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Select(f => Path.GetFileNameWithoutExtension(f)).Where(IsPart).Order();

    [Fact]
    public void Every_part_stands_on_a_floor() => Names().ShouldBe(
        ["podkit", "Podkit.Ambassador", "Podkit.ApiServer", "Podkit.Client", "Podkit.DownwardApi", "Podkit.LocalCluster", "Podkit.Metadata",
            "Podkit.Metadata.AspNetCore", "Podkit.Metadata.OpenTelemetry", "Podkit.Metadata.Serilog", "Podkit.Model", "Podkit.Node"], ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_part_references_only_floors_below_its_own(string part)
    {
        var floor = FloorOf(part);
        foreach (var reference in Read(part, m => m.AssemblyReferences.Select(h => m.GetString(m.GetAssemblyReference(h).Name)).Where(IsPart)))
            FloorOf(reference).ShouldBeLessThan(floor, $"{part} references {reference}");
    }

    [Theory]
    [InlineData("Podkit.Metadata.AspNetCore")]
    [InlineData("Podkit.Metadata.OpenTelemetry")]
    [InlineData("Podkit.Metadata.Serilog")]
    public void A_package_around_the_metadata_uses_no_other_part(string package) =>
        Read(package, m => m.AssemblyReferences.Select(h => m.GetString(m.GetAssemblyReference(h).Name)).Where(IsPart)).ShouldBe(["Podkit.Metadata"]);

    [Fact]
    public void The_metadata_does_without_ASP_NET() =>
        Read("Podkit.Metadata", m => m.AssemblyReferences.Select(h => m.GetString(m.GetAssemblyReference(h).Name)).Where(n => n.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal))).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_part_declares_types_in_its_own_namespace_only(string part)
    {
        var root = part == "podkit" ? "Podkit.Cli" : part;
        foreach (var type in Read(part, m => m.TypeDefinitions.Select(h => m.GetTypeDefinition(h))
                     .Where(t => (t.Attributes & TypeAttributes.VisibilityMask) is TypeAttributes.Public or TypeAttributes.NotPublic)
                     .Select(t => (Namespace: m.GetString(t.Namespace), Name: m.GetString(t.Name)))
                     .Where(t => t.Namespace.StartsWith("Podkit", StringComparison.Ordinal))))
            (type.Namespace == root || type.Namespace.StartsWith(root + ".", StringComparison.Ordinal)).ShouldBeTrue($"{part} declares {type.Namespace}.{type.Name}");
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void No_part_verifies_certificates_by_a_callback(string part)
    {
        string[] banned = ["set_ServerCertificateCustomValidationCallback", "set_RemoteCertificateValidationCallback", "set_ServerCertificateValidationCallback", "DangerousAcceptAnyServerCertificateValidator", "get_DangerousAcceptAnyServerCertificateValidator"];
        Read(part, m => m.MemberReferences.Select(h => m.GetString(m.GetMemberReference(h).Name)).Where(banned.Contains)).ShouldBeEmpty();
    }

    private static bool IsPart(string name) => name == "podkit" || (name.StartsWith("Podkit.", StringComparison.Ordinal) && !name.EndsWith(".Tests", StringComparison.Ordinal));

    private static int FloorOf(string part)
    {
        var floor = Array.FindIndex(Floors, f => f.Contains(part));
        floor.ShouldBeGreaterThanOrEqualTo(0, $"{part} stands on no floor");
        return floor;
    }

    private static List<T> Read<T>(string part, Func<MetadataReader, IEnumerable<T>> select)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, part + ".dll")));
        return [.. select(file.GetMetadataReader())];
    }
}
