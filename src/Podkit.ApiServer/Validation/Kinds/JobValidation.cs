using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of Jobs and CronJobs.</summary>
internal static class JobValidation
{
    private static readonly FieldPath Spec = FieldPath.Root("spec");
    private static readonly string[] ImmutableFields = ["completions", "selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex"];
    private static readonly string[] Macros = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

    public static void Job(JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Object("spec") ?? [];
        if (spec["selector"] is null) errors.Add(FieldError.Required(Spec.Child("selector"), ""));
        ValidateSpec(spec, Spec, errors);
    }

    public static void JobUpdate(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        var (now, before) = (obj.Object("spec") ?? [], old.Object("spec") ?? []);
        foreach (var field in ImmutableFields)
        {
            if (!JsonNode.DeepEquals(now[field], before[field])) errors.Add(FieldError.Invalid(Spec.Child(field), now[field], "field is immutable"));
        }

        var suspended = before.Flag("suspend") && old.Object("status")?["startTime"] is null;
        if (!suspended && !JsonNode.DeepEquals(now["template"], before["template"]))
            errors.Add(FieldError.Invalid(Spec.Child("template"), now["template"], "field is immutable"));
    }

    public static void CronJob(JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Object("spec") ?? [];
        ValidateSchedule(spec.Text("schedule"), errors);
        WorkloadValidation.Counts(spec, errors, "startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit");
        FieldChecks.OneOf(spec.Text("concurrencyPolicy"), Spec.Child("concurrencyPolicy"), errors, optional: false, "Allow", "Forbid", "Replace");
        ValidateSpec(spec.Object("jobTemplate")?.Object("spec") ?? [], Spec.Child("jobTemplate").Child("spec"), errors);
    }

    private static void ValidateSpec(JsonObject spec, FieldPath path, List<FieldError> errors)
    {
        foreach (var field in (ReadOnlySpan<string>)["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"])
            FieldChecks.NonNegative(spec.Number(field), path.Child(field), errors);
        if (spec.Text("completionMode") == "Indexed" && spec["completions"] is null)
            errors.Add(FieldError.Required(path.Child("completions"), "when completion mode is Indexed"));
        FieldChecks.OneOf(spec.Text("completionMode"), path.Child("completionMode"), errors, optional: true, "Indexed", "NonIndexed");
        TemplateValidation.Validate(spec.Object("template") ?? [], path.Child("template"), errors);
        var policy = spec.Object("template")?.Object("spec").Text("restartPolicy") ?? "";
        var place = path.Child("template").Child("spec").Child("restartPolicy");
        if (policy is "" or "Always") errors.Add(FieldError.Required(place, "valid values: \"OnFailure\", \"Never\""));
        else if (policy is not ("OnFailure" or "Never")) errors.Add(FieldError.NotSupportedInOrder(place, policy, ["OnFailure", "Never"]));
    }

    private static void ValidateSchedule(string schedule, List<FieldError> errors)
    {
        var path = Spec.Child("schedule");
        if (schedule.Length == 0)
        {
            errors.Add(FieldError.Required(path, ""));
            return;
        }

        if (schedule.Contains("TZ", StringComparison.Ordinal))
        {
            errors.Add(FieldError.Invalid(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"));
            return;
        }

        if (schedule.StartsWith('@'))
        {
            if (!Macros.Contains(schedule) && !schedule.StartsWith("@every ", StringComparison.Ordinal)) errors.Add(FieldError.Invalid(path, schedule, $"unrecognized descriptor: {schedule}"));
            return;
        }

        var fields = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5) errors.Add(FieldError.Invalid(path, schedule, $"expected exactly 5 fields, found {fields.Length}: [{string.Join(' ', fields)}]"));
    }
}
