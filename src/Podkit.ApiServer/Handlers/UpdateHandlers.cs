using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Handlers;

/// <summary>Answers PUT, of objects and of their subresources.</summary>
internal static class UpdateHandlers
{
    public static async Task UpdateAsync(ApiRequest request)
    {
        var options = WriteOptions.Read(request, "UpdateOptions");
        var kind = request.Kind;
        var document = await CreateHandlers.ReadAsync(request, kind.Group, kind.Version, kind.Kind, options.FieldValidation).ConfigureAwait(false);
        CheckName(request, document);
        if (request.Info.Subresource.Length == 0 && request.Strategy.AllowsCreateOnUpdate && request.Services.Store.Find(kind, request.Namespace, request.Info.Name) is null)
        {
            ObjectCreator.SetNamespace(kind, document, request.Namespace);
            await Answers.ItemAsync(request, 201, CreateHandlers.Create(request, document, options.DryRun)).ConfigureAwait(false);
            return;
        }

        CheckVersion(request, document);
        var context = request.Context(Operation.Update, request.Info.Name, options.DryRun);
        var updated = ObjectUpdater.Update(request.Services, context, _ => Defaulted(request.Strategy, document.Copy()), (old, now) => FieldOwnership.OfUpdate(request, old, now));
        await Answers.ItemAsync(request, 200, updated).ConfigureAwait(false);
    }

    /// <summary>The body's name and namespace must be those of the path.</summary>
    public static void CheckName(ApiRequest request, JsonObject document)
    {
        var name = document.Metadata().Text("name");
        if (name.Length == 0) throw ApiException.BadRequest($"the name of the object ({request.Info.Name} based on URL) was undeterminable: name must be provided");
        if (name != request.Info.Name) throw ApiException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Info.Name})");
        var ns = document.Metadata().Text("namespace");
        if (ns.Length > 0 && ns != request.Namespace) throw ApiException.BadRequest($"the namespace of the object ({ns}) does not match the namespace on the URL ({request.Namespace})");
    }

    public static JsonObject Defaulted(ResourceStrategy strategy, JsonObject document)
    {
        strategy.Default(document);
        strategy.Shape(document);
        return document;
    }

    private static void CheckVersion(ApiRequest request, JsonObject document)
    {
        var text = document.Metadata().Text("resourceVersion");
        var path = FieldPath.Root("metadata").Child("resourceVersion");
        if (text.Length == 0 && !request.Strategy.AllowsUnconditionalUpdate)
            throw ApiException.Invalid(request.Kind, request.Info.Name, [FieldError.Invalid(path, 0, "must be specified for an update")]);
        if (text.Length > 0 && ObjectCreator.VersionOf(document) is null)
            throw ApiException.BadRequest($"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
    }
}
