using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Handlers;

/// <summary>Answers POST.</summary>
internal static class CreateHandlers
{
    private const int GenerateAttempts = 8;

    public static async Task CreateAsync(ApiRequest request)
    {
        var options = WriteOptions.Read(request, "CreateOptions");
        var document = await ReadAsync(request, request.Kind.Group, request.Kind.Version, request.Kind.Kind, options.FieldValidation).ConfigureAwait(false);
        ObjectCreator.SetNamespace(request.Kind, document, request.Namespace);
        await Answers.ItemAsync(request, 201, Create(request, document, options.DryRun)).ConfigureAwait(false);
    }

    /// <summary>Creates an object; when its name was generated and is taken, under another.</summary>
    public static JsonObject Create(ApiRequest request, JsonObject document, bool dryRun)
    {
        var generated = document.Metadata().Text("name").Length == 0;
        for (var attempt = 1; ; attempt++)
        {
            var copy = document.Copy();
            var context = request.Context(Operation.Create, ObjectCreator.NameOf(copy), dryRun);
            try
            {
                return ObjectCreator.Create(request.Services, copy, context, d => FieldOwnership.OfCreate(request, d));
            }
            catch (ApiException e) when (generated && context.Name.Length > 0 && e.Reason == "AlreadyExists" && attempt < GenerateAttempts)
            {
                request.Warnings.Clear();
            }
        }
    }

    /// <summary>Answers a POST that stores nothing of its own.</summary>
    public static async Task VirtualAsync(ApiRequest request, ICreateHandler handler, string group, string version, string kind)
    {
        var options = WriteOptions.Read(request, "CreateOptions");
        var document = await ReadAsync(request, group, version, kind, options.FieldValidation, shape: false).ConfigureAwait(false);
        if (request.Info.Subresource.Length == 0 && request.Kind.Namespaced) ObjectCreator.SetNamespace(request.Kind, document, request.Namespace);
        FieldOwnership.OfCreate(request, document);
        var name = request.Info.Subresource.Length > 0 ? request.Info.Name : document.Metadata().Text("name");
        var answer = await handler.CreateAsync(document, request.Context(Operation.Create, name, options.DryRun), request.Aborted).ConfigureAwait(false);
        await Answers.OtherAsync(request, 201, answer).ConfigureAwait(false);
    }

    /// <summary>Reads and decodes the body.</summary>
    public static async Task<JsonObject> ReadAsync(ApiRequest request, string group, string version, string kind, string fieldValidation, bool shape = true)
    {
        var body = await BodyReader.ReadAsync(request.Http.Request, request.Services.Options.RequestBodyLimit, request.Aborted).ConfigureAwait(false);
        return DocumentDecoder.Decode(body, request.Http.Request.ContentType, group, version, kind, fieldValidation, request.Warnings, shape);
    }
}
