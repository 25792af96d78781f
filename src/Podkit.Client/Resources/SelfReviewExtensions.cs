using Podkit.Model.Authentication.V1;
using Podkit.Model.Authorization.V1;

namespace Podkit.Client;

/// <summary>What the server thinks of the caller: who it is and what it may do.</summary>
public static class SelfReviewExtensions
{
    /// <summary>Who the server takes the caller for.</summary>
    /// <param name="client">The client.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<UserInfo> WhoAmIAsync(this KubernetesClient client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        var review = await client.Resource<SelfSubjectReview>().CreateAsync(new SelfSubjectReview(), null, cancellationToken).ConfigureAwait(false);
        return review.Status.UserInfo;
    }

    /// <summary>Whether the caller may do something with a resource.</summary>
    /// <param name="client">The client.</param>
    /// <param name="attributes">Verb, group, resource, subresource, namespace, name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static Task<SubjectAccessReviewStatus> CanIAsync(this KubernetesClient client, ResourceAttributes attributes, CancellationToken cancellationToken = default) =>
        CanIAsync(client, new SelfSubjectAccessReviewSpec { ResourceAttributes = attributes }, cancellationToken);

    /// <summary>Whether the caller may do something with a path that is not a resource.</summary>
    /// <param name="client">The client.</param>
    /// <param name="attributes">Verb and path.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static Task<SubjectAccessReviewStatus> CanIAsync(this KubernetesClient client, NonResourceAttributes attributes, CancellationToken cancellationToken = default) =>
        CanIAsync(client, new SelfSubjectAccessReviewSpec { NonResourceAttributes = attributes }, cancellationToken);

    /// <summary>What the caller may do in a namespace, as far as the server can tell.</summary>
    /// <param name="client">The client.</param>
    /// <param name="ns">The namespace; null for the client's.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<SubjectRulesReviewStatus> GetMyRulesAsync(this KubernetesClient client, string? ns = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        var review = new SelfSubjectRulesReview { Spec = new SelfSubjectRulesReviewSpec { Namespace = ns ?? client.Namespace } };
        return (await client.Resource<SelfSubjectRulesReview>().CreateAsync(review, null, cancellationToken).ConfigureAwait(false)).Status;
    }

    private static async Task<SubjectAccessReviewStatus> CanIAsync(KubernetesClient client, SelfSubjectAccessReviewSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var review = await client.Resource<SelfSubjectAccessReview>().CreateAsync(new SelfSubjectAccessReview { Spec = spec }, null, cancellationToken).ConfigureAwait(false);
        return review.Status;
    }
}
