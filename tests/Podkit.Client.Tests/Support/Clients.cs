using Podkit.Client;

namespace Podkit.Testing;

internal static class Clients
{
    public static KubernetesClient For(FakeApiServer server, TestAuthority authority, string? token = "test-token-0123456789", KubernetesClientOptions? options = null) =>
        new(new KubernetesClientConfiguration(server.Address) { CertificateAuthorityData = authority.Pem, Token = token }, options);
}
