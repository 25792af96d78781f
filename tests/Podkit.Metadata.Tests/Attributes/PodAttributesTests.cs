namespace Podkit.Metadata.Tests.Attributes;

public class PodAttributesTests
{
    private readonly StubMetadata pod = new();

    [Fact]
    public void Name_namespace_and_node_are_there_without_asking() =>
        new PodAttributes(pod).Current.ToString(null, null).ShouldBe("k8s.pod.name:web-1 k8s.namespace.name:shop k8s.node.name:n1");

    [Fact]
    public void Chosen_values_have_the_names_of_the_semantic_conventions()
    {
        var options = new PodAttributeOptions().Fields(PodFields.Uid, PodFields.Name).Labels("env", "missing").Annotations("team");
        new PodAttributes(pod, options).Current.ShouldBe(
            [new("k8s.pod.name", "web-1"), new("k8s.pod.label.env", "production"), new("k8s.pod.annotation.team", "a b")]);
    }

    [Fact]
    public void Names_can_be_changed() =>
        new PodAttributes(pod, new PodAttributeOptions { Rename = n => n.Replace('.', '_') }.Fields().Labels("env")).Current.ToString(null, null).ShouldBe("k8s_pod_label_env:production");

    [Fact]
    public void A_value_that_has_no_name_is_refused_with_those_that_have() =>
        Should.Throw<ArgumentException>(() => new PodAttributeOptions().Fields("limits.cpu")).Message.ShouldStartWith("limits.cpu cannot be an attribute; those that can: metadata.name, metadata.namespace");

    [Fact]
    public void The_list_stays_the_same_object_until_one_of_its_values_changes()
    {
        var attributes = new PodAttributes(pod, new PodAttributeOptions().Labels("env"));
        var first = attributes.Current;
        pod.Current = StubMetadata.Pod("production", other: "changed");
        attributes.Current.ShouldBeSameAs(first);
        pod.Current = StubMetadata.Pod("staging");
        attributes.Current.ShouldNotBeSameAs(first);
        attributes.Current.ToString(null, null).ShouldEndWith("k8s.pod.label.env:staging");
        pod.Current = StubMetadata.Pod(null);
        attributes.Current.Count.ShouldBe(3);
    }

    [Fact]
    public void Going_through_the_list_allocates_nothing()
    {
        var attributes = new PodAttributes(pod, new PodAttributeOptions().Labels("env"));
        Count(attributes.Current).ShouldBe(4);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Count(attributes.Current);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Many_can_go_through_the_list_at_once()
    {
        var list = new PodAttributes(pod, new PodAttributeOptions().Labels("env")).Current;
        IEnumerable<KeyValuePair<string, object?>> items = list;
        foreach (var outer in items) items.Count(i => i.Key == outer.Key).ShouldBe(1);
        Parallel.For(0, 1000, _ => items.Select(i => i.Key).ShouldBe(["k8s.pod.name", "k8s.namespace.name", "k8s.node.name", "k8s.pod.label.env"]));
        var enumerator = items.GetEnumerator();
        enumerator.Dispose();
        enumerator.Dispose();
        using var one = items.GetEnumerator();
        using var other = items.GetEnumerator();
        one.ShouldNotBeSameAs(other);
    }

    private static int Count(IEnumerable<KeyValuePair<string, object?>> items)
    {
        var count = 0;
        foreach (var item in items) count += item.Key.Length > 0 ? 1 : 0;
        return count;
    }
}
