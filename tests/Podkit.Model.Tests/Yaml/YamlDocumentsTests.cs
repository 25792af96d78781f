using FsCheck.Xunit;
using Podkit.Model.Yaml;

namespace Podkit.Model.Tests.Yaml;

public class YamlDocumentsTests
{
    [Theory]
    [InlineData("a: 0644", """{"a":420}""")]
    [InlineData("a: 0o17", """{"a":15}""")]
    [InlineData("a: 0x1F", """{"a":31}""")]
    [InlineData("a: yes", """{"a":true}""")]
    [InlineData("a: 'yes'", """{"a":"yes"}""")]
    [InlineData("a: !!str 5", """{"a":"5"}""")]
    [InlineData("a: 1.5", """{"a":1.5}""")]
    [InlineData("a: 1e3", """{"a":1000}""")]
    [InlineData("a: 1_000", """{"a":1000}""")]
    [InlineData("a: -5", """{"a":-5}""")]
    [InlineData("a: -", null)]
    [InlineData("a: .", """{"a":"."}""")]
    [InlineData("a: 1.2.3", """{"a":"1.2.3"}""")]
    [InlineData("a: 089", """{"a":89}""")]
    [InlineData("a: 2026-01-31", """{"a":"2026-01-31"}""")]
    [InlineData("a: ~", """{"a":null}""")]
    [InlineData("a:", """{"a":null}""")]
    [InlineData("1: x\ntrue: z", """{"1":"x","true":"z"}""")]
    [InlineData("p: &b {k: 1, l: 2}\nq: {<<: *b, k: 3}", """{"p":{"k":1,"l":2},"q":{"k":3,"l":2}}""")]
    [InlineData("a: .inf", null)]
    [InlineData("a: 1\na: 2", null)]
    [InlineData("a: [1", null)]
    [InlineData("a: *nope", null)]
    [InlineData("spec:\n  restartPolicy: [\n  containers:\n  - name: c\n    command: [\"x\"]\n", null)]
    [InlineData("{\"a\": 1,\n\t\"b\": [true, null, \"x\"]}", """{"a":1,"b":[true,null,"x"]}""")]
    [InlineData("{\"a\": 1, \"a\": 2}", null)]
    [InlineData("{\"a\": ", null)]
    public void Scalars_and_structures_read_as_kubectl_reads_them(string text, string? expected)
    {
        if (expected is null) Should.Throw<YamlFormatException>(() => YamlDocuments.Parse(text, "f.yaml")).Message.ShouldStartWith("f.yaml:");
        else YamlDocuments.Parse(text, "f.yaml").ShouldHaveSingleItem().Root!.ToJsonString().ShouldBe(expected);
    }

    [Fact]
    public void Several_documents_keep_their_lines_and_empty_ones_are_left_out()
    {
        var documents = YamlDocuments.Parse("# head\n---\nkind: A\nspec:\n  list:\n  - name: x\n    labels:\n      a.b/c: d\n---\n---\nkind: B\n", "m.yaml");
        documents.Count.ShouldBe(2);
        documents[0].Line.ShouldBe(3);
        documents[0].LineOf("spec.list[0].name").ShouldBe(6);
        documents[0].LineOf("spec.list[0].labels[a.b/c]").ShouldBe(8);
        documents[0].LineOf("spec.list[0].image").ShouldBe(6);
        documents[0].LineOf("nowhere").ShouldBe(3);
        documents[1].LineOf("kind").ShouldBe(11);
    }

    [Fact]
    public void Json_documents_know_their_lines_too()
    {
        var documents = YamlDocuments.Parse("{\n \"kind\": \"A\",\n \"spec\": {\"x\":\n [1,\n2]}}\n{\"kind\":\"B\"}", "m.json");
        documents.Count.ShouldBe(2);
        documents[0].LineOf("spec.x[1]").ShouldBe(5);
        documents[1].LineOf("kind").ShouldBe(6);
    }

    [Fact]
    public void A_duplicate_key_names_both_lines() =>
        Should.Throw<YamlFormatException>(() => YamlDocuments.Parse("spec:\n  a: 1\n  b: 2\n  a: 3\n", "p.yaml"))
            .Message.ShouldBe("p.yaml:4:3: the key \"a\" is set twice, first in line 2");

    [Fact]
    public void A_tab_in_an_indentation_is_told_where_it_stands() =>
        Should.Throw<YamlFormatException>(() => YamlDocuments.Parse("kind: Pod\nmetadata:\n\tname: x\n", "p.yaml")).Message.ShouldStartWith("p.yaml:3:1: ");

    [Fact]
    public void A_bomb_of_aliases_is_refused()
    {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Should.Throw<YamlFormatException>(() => YamlDocuments.Parse(text, "bomb.yaml")).Message.ShouldContain("aliases");
    }

    [Fact]
    public void Endless_nesting_is_refused() =>
        Should.Throw<YamlFormatException>(() => YamlDocuments.Parse(new string('[', 5000), "deep.yaml"));

    [Property(MaxTest = 500)]
    public void Any_text_is_read_or_refused_with_its_place(string? text)
    {
        try
        {
            YamlDocuments.Parse(text ?? "", "f");
        }
        catch (YamlFormatException e)
        {
            e.Message.ShouldStartWith("f:");
        }
    }
}
