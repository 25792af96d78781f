using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model;
using Podkit.Model.Schemas;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Strategies;

/// <summary>
/// What is particular to a resource. The base class is right for resources with nothing particular: it knows metadata,
/// spec and status. Objects are documents; hooks change them in place.
/// <para>Create: decode, <see cref="Default"/>, <see cref="Shape"/>, field ownership, <see cref="Admit"/>, <see cref="PrepareForCreate"/>, <see cref="Shape"/>,
/// <see cref="Validate"/>, store. Update and patch alike, with <see cref="PrepareForUpdate"/> and <see cref="ValidateUpdate"/>.</para>
/// </summary>
internal class ResourceStrategy(ResourceKind kind)
{
    private TypeSchema? schema;

    public ResourceKind Kind { get; } = kind;

    /// <summary>Whether an update without a resource version is taken as "whatever is stored".</summary>
    public virtual bool AllowsUnconditionalUpdate => true;

    /// <summary>Whether a PUT on a name that does not exist creates it.</summary>
    public virtual bool AllowsCreateOnUpdate => false;

    /// <summary>Sets what the client left out, after decoding and before everything else; also on what a patch made.</summary>
    public virtual void Default(JsonObject obj)
    {
    }

    /// <summary>
    /// Gives a document the shape in which Go writes it: what cannot be absent appears, what is empty goes. Called after <see cref="Default"/>, so that
    /// hooks compare like with like, and again before validation and storing, for what hooks left.
    /// </summary>
    public void Shape(JsonObject obj)
    {
        schema ??= SchemaRegistry.FindKind(Kind.Group, Kind.Version, Kind.Kind);
        if (schema is not null) GoShape.Apply(obj, schema);
    }

    /// <summary>Drops what a client may not set on create. The base class drops the status of kinds with a status subresource and sets the generation of kinds with a spec.</summary>
    public virtual void PrepareForCreate(JsonObject obj, OperationContext context) => ObjectUpdates.PrepareForCreate(Kind, obj);

    /// <summary>
    /// Keeps what this request may not change. <see cref="OperationContext.Subresource"/> tells which part is written: the base
    /// class keeps the status on a write of the object, everything but the status (and parts of metadata) on a write of <c>status</c>,
    /// and counts the generation when the spec changed.
    /// </summary>
    public virtual void PrepareForUpdate(JsonObject obj, JsonObject old, OperationContext context) => ObjectUpdates.PrepareForUpdate(Kind, obj, old, context.Subresource);

    /// <summary>Admission on create, update (also of subresources) and delete: changes the object or throws ApiException. <paramref name="old"/> is null on create; <paramref name="obj"/> is null on delete.</summary>
    public virtual void Admit(JsonObject? obj, JsonObject? old, OperationContext context)
    {
    }

    /// <summary>Checks a new object. Metadata has been checked already: <see cref="ValidateName"/>, labels, annotations, owners and finalizers.</summary>
    public virtual void Validate(JsonObject obj, OperationContext context, List<FieldError> errors)
    {
    }

    /// <summary>Checks a changed object; metadata has been checked already.</summary>
    public virtual void ValidateUpdate(JsonObject obj, JsonObject old, OperationContext context, List<FieldError> errors) => Validate(obj, context, errors);

    /// <summary>What is wrong with a name, or null for the rule of most names: DNS subdomains.</summary>
    public virtual IReadOnlyList<string>? ValidateName(string name) => null;

    /// <summary>Field labels that selectors accept besides <c>metadata.name</c> and <c>metadata.namespace</c>, with the value's path (<c>spec.nodeName</c>) in the object.</summary>
    public virtual IReadOnlyDictionary<string, string> SelectableFields { get; } = SelectableFieldTable.Of(kind);

    /// <summary>The value of a selectable field; missing values are empty strings.</summary>
    public virtual string SelectableValue(JsonObject obj, string field) => JsonPaths.Text(obj, SelectableFields[field]);
}
