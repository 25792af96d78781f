using Podkit.ApiServer.Storage;

namespace Podkit.ApiServer.Controllers;

/// <summary>Something that acts on writes, one after the other.</summary>
internal interface IController
{
    string Name { get; }

    /// <summary>When it wants to be called again without a write; null when it need not.</summary>
    DateTimeOffset? Due { get; }

    /// <summary>Takes notice of everything stored, at the start and when writes were missed.</summary>
    void Resync();

    /// <summary>Acts on a write.</summary>
    void Handle(StoreEvent written);

    /// <summary>Does what has come due.</summary>
    void Tick();
}
