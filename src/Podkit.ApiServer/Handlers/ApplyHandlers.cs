using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Requests;

namespace Podkit.ApiServer.Handlers;

/// <summary>Answers server-side apply.</summary>
internal static class ApplyHandlers
{
    public static Task ApplyAsync(ApiRequest request, WriteOptions options, byte[] body) => throw ApiException.NotImplemented("apply");
}
