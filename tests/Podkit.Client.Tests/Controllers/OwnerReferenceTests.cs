using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;

namespace Podkit.Client.Tests.Controllers;

public sealed class OwnerReferenceTests
{
    private readonly ConfigMap _owner = new() { Metadata = new ObjectMeta { Name = "owner", Namespace = "shop", Uid = "u1" } };
    private readonly Pod _child = new() { Metadata = new ObjectMeta { Name = "child", Namespace = "shop" } };

    [Fact]
    public void A_controller_is_referred_to_by_kind_name_and_uid_and_blocks_its_deletion()
    {
        OwnerReferences.SetController(_child, _owner);
        OwnerReferences.SetController(_child, _owner);
        var reference = _child.Metadata.OwnerReferences.ShouldHaveSingleItem();
        (reference.ApiVersion, reference.Kind, reference.Name, reference.Uid, reference.Controller, reference.BlockOwnerDeletion).ShouldBe(("v1", "ConfigMap", "owner", "u1", true, true));
        OwnerReferences.IsControlledBy(_child, _owner).ShouldBeTrue();
    }

    [Fact]
    public void An_object_has_one_controller_and_any_number_of_owners()
    {
        OwnerReferences.SetController(_child, _owner);
        var other = new ConfigMap { Metadata = new ObjectMeta { Name = "other", Namespace = "shop", Uid = "u2" } };
        Should.Throw<InvalidOperationException>(() => OwnerReferences.SetController(_child, other)).Message
            .ShouldBe("Pod shop/child is already controlled by ConfigMap owner (uid u1): an object has at most one controller");
        OwnerReferences.Add(_child, other);
        _child.Metadata.OwnerReferences!.Count.ShouldBe(2);
        OwnerReferences.Remove(_child, _owner).ShouldBeTrue();
        OwnerReferences.ControllerOf(_child).ShouldBeNull();
    }

    [Fact]
    public void An_owner_of_the_same_name_made_anew_takes_the_place_of_its_former_self_when_it_is_no_controller()
    {
        OwnerReferences.Add(_child, _owner);
        _owner.Metadata.Uid = "u9";
        OwnerReferences.Add(_child, _owner);
        _child.Metadata.OwnerReferences.ShouldHaveSingleItem().Uid.ShouldBe("u9");
    }

    [Fact]
    public void An_owner_must_be_in_the_same_namespace_or_of_the_cluster()
    {
        _child.Metadata.Namespace = "elsewhere";
        Should.Throw<ArgumentException>(() => OwnerReferences.SetController(_child, _owner)).Message.ShouldContain("must be in one namespace");
        Should.Throw<ArgumentException>(() => OwnerReferences.SetController(new Namespace { Metadata = new ObjectMeta { Name = "n" } }, _owner)).Message.ShouldContain("of the cluster");
        OwnerReferences.SetController(_child, new Namespace { Metadata = new ObjectMeta { Name = "n", Uid = "u3" } });
    }

    [Fact]
    public void An_owner_without_a_uid_owns_nothing()
    {
        _owner.Metadata.Uid = null;
        Should.Throw<ArgumentException>(() => OwnerReferences.SetController(_child, _owner)).Message.ShouldContain("has no uid");
    }
}
