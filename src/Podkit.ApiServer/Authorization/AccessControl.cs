using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Authentication.Reviews;
using Podkit.ApiServer.Authentication.Tokens;
using Podkit.ApiServer.Authorization.Rbac;
using Podkit.ApiServer.Authorization.Reviews;
using Podkit.ApiServer.Pki;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;
using Podkit.Model;

namespace Podkit.ApiServer.Authorization;

/// <summary>Authentication and authorization of one server, put together.</summary>
internal sealed class AccessControl : IDisposable
{
    private readonly TokenSigningKey signingKey = TokenSigningKey.Create();
    private readonly ClusterAuthorizer authorizer;

    /// <param name="certificates">Whose client certificates are accepted.</param>
    /// <param name="objects">Where roles, bindings, service accounts and pods are looked up.</param>
    /// <param name="time">The clock.</param>
    public AccessControl(ClusterCertificates certificates, IObjectReader objects, TimeProvider time)
    {
        authorizer = new ClusterAuthorizer(objects);
        Tokens = new ServiceAccountTokens([signingKey], objects, time);
        Authenticator = new RequestAuthenticator(new ClientCertificates(certificates, time), Tokens, Tokens.ServerAudiences);
    }

    /// <summary>Tells who sends a request. <see cref="Impersonation.Apply"/> comes after it.</summary>
    public IAuthenticator Authenticator { get; }

    /// <summary>Tells what someone may do; a refusal is answered with <see cref="AccessDenied.Exception"/>.</summary>
    public IAuthorizer Authorizer => authorizer;

    /// <summary>The service-account tokens of this server.</summary>
    public ServiceAccountTokens Tokens { get; }

    /// <summary>The keys that others check service-account tokens with, for <see cref="OpenIdDocuments.Keys"/>.</summary>
    public IReadOnlyList<TokenSigningKey> SigningKeys => [signingKey];

    /// <summary>Registers what is particular to roles, bindings, reviews and tokens.</summary>
    public void Register(StrategyRegistry registry)
    {
        var escalation = new EscalationCheck(authorizer, authorizer);
        registry.Register(new RoleStrategy(RbacKinds.Role, escalation));
        registry.Register(new RoleStrategy(RbacKinds.ClusterRole, escalation));
        registry.Register(new RoleBindingStrategy(RbacKinds.RoleBinding, escalation));
        registry.Register(new RoleBindingStrategy(RbacKinds.ClusterRoleBinding, escalation));

        registry.RegisterCreate(BoundObjects.ServiceAccount, "token", new TokenRequestHandler(Tokens));
        Review("authentication.k8s.io", "tokenreviews", new TokenReviewHandler(Tokens, Tokens.ServerAudiences));
        Review("authentication.k8s.io", "selfsubjectreviews", new SelfSubjectReviewHandler());
        var access = new AccessReviewHandler(authorizer);
        foreach (var resource in new[] { "subjectaccessreviews", "localsubjectaccessreviews", "selfsubjectaccessreviews" }) Review("authorization.k8s.io", resource, access);
        Review("authorization.k8s.io", "selfsubjectrulesreviews", new RulesReviewHandler(authorizer));

        void Review(string group, string resource, ICreateHandler handler) => registry.RegisterCreate(ResourceTable.Get(group, "v1", resource), "", handler);
    }

    /// <inheritdoc/>
    public void Dispose() => signingKey.Dispose();
}
