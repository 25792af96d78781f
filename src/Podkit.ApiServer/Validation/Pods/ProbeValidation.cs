using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of probes and lifecycle hooks.</summary>
internal static class ProbeValidation
{
    /// <summary>Liveness and startup probes succeed at once or not at all.</summary>
    public static void ValidateLiveness(Probe? probe, FieldPath path, List<FieldError> errors)
    {
        if (probe is null) return;
        Validate(probe, path, errors);
        if (probe.SuccessThreshold is { } threshold && threshold != 1) errors.Add(FieldError.Invalid(path.Child("successThreshold"), threshold, "must be 1"));
    }

    /// <summary>A readiness probe never ends its container.</summary>
    public static void ValidateReadiness(Probe? probe, FieldPath path, List<FieldError> errors)
    {
        if (probe is null) return;
        Validate(probe, path, errors);
        if (probe.TerminationGracePeriodSeconds is { } seconds)
            errors.Add(FieldError.Invalid(path.Child("terminationGracePeriodSeconds"), seconds, "must not be set for readinessProbes"));
    }

    /// <summary>Checks a hook, which may sleep but not call gRPC.</summary>
    public static void ValidateHook(LifecycleHandler hook, long? gracePeriod, FieldPath path, List<FieldError> errors)
    {
        var handlers = new Handlers(path, errors);
        handlers.Exec(hook.Exec);
        handlers.HttpGet(hook.HttpGet);
        handlers.TcpSocket(hook.TcpSocket);
        handlers.Sleep(hook.Sleep, gracePeriod);
        handlers.End();
    }

    private static void Validate(Probe probe, FieldPath path, List<FieldError> errors)
    {
        var handlers = new Handlers(path, errors);
        handlers.Exec(probe.Exec);
        handlers.HttpGet(probe.HttpGet);
        handlers.TcpSocket(probe.TcpSocket);
        handlers.Grpc(probe.Grpc);
        handlers.End();
        FieldChecks.NonNegative(probe.InitialDelaySeconds, path.Child("initialDelaySeconds"), errors);
        FieldChecks.NonNegative(probe.TimeoutSeconds, path.Child("timeoutSeconds"), errors);
        FieldChecks.NonNegative(probe.PeriodSeconds, path.Child("periodSeconds"), errors);
        FieldChecks.NonNegative(probe.SuccessThreshold, path.Child("successThreshold"), errors);
        FieldChecks.NonNegative(probe.FailureThreshold, path.Child("failureThreshold"), errors);
        if (probe.TerminationGracePeriodSeconds is { } seconds and <= 0)
            errors.Add(FieldError.Invalid(path.Child("terminationGracePeriodSeconds"), seconds, "must be greater than 0"));
    }

    /// <summary>Exactly one way of asking may be given.</summary>
    private sealed class Handlers(FieldPath path, List<FieldError> errors)
    {
        private int count;

        public void Exec(ExecAction? exec)
        {
            if (!First(exec, "exec")) return;
            if (exec!.Command is not { Count: > 0 }) errors.Add(FieldError.Required(path.Child("exec").Child("command"), ""));
        }

        public void HttpGet(HTTPGetAction? get)
        {
            if (!First(get, "httpGet")) return;
            var place = path.Child("httpGet");
            if (string.IsNullOrEmpty(get!.Path)) errors.Add(FieldError.Required(place.Child("path"), ""));
            FieldChecks.PortOrName(get.Port, place.Child("port"), errors);
            FieldChecks.OneOf(get.Scheme, place.Child("scheme"), errors, optional: false, "HTTP", "HTTPS");
            foreach (var header in get.HttpHeaders ?? [])
            {
                if (header.Name.Length > 0 && header.Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) continue;
                errors.Add(FieldError.Invalid(
                    place.Child("httpHeaders"),
                    header.Name,
                    "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"));
            }
        }

        public void TcpSocket(TCPSocketAction? tcp)
        {
            if (First(tcp, "tcpSocket")) FieldChecks.PortOrName(tcp!.Port, path.Child("tcpSocket").Child("port"), errors);
        }

        public void Grpc(GRPCAction? grpc)
        {
            if (First(grpc, "grpc")) FieldChecks.Port(grpc!.Port, path.Child("grpc").Child("port"), errors);
        }

        public void Sleep(SleepAction? sleep, long? gracePeriod)
        {
            if (!First(sleep, "sleep")) return;
            if (sleep!.Seconds < 0 || sleep.Seconds > (gracePeriod ?? 0))
                errors.Add(FieldError.Invalid(path.Child("sleep"), sleep.Seconds, $"must be non-negative and less than terminationGracePeriodSeconds ({gracePeriod ?? 0})"));
        }

        public void End()
        {
            if (count == 0) errors.Add(FieldError.Required(path, "must specify a handler type"));
        }

        private bool First(object? handler, string name)
        {
            if (handler is null) return false;
            if (count++ == 0) return true;
            errors.Add(FieldError.Forbidden(path.Child(name), "may not specify more than 1 handler type"));
            return false;
        }
    }
}
