namespace Podkit.Node;

/// <summary>Where the node says what a user should know once: a limit that cannot be enforced, an image that is not there.</summary>
public interface INodeNotices
{
    /// <summary>Says one sentence. The same sentence is not handed over twice by one node.</summary>
    /// <param name="text">The sentence, without a line end, without secrets.</param>
    void Say(string text);
}
