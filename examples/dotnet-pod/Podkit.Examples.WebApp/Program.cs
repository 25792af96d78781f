using Microsoft.Extensions.Options;
using Podkit.Examples.WebApp;
using Podkit.Metadata;
using Podkit.Metadata.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
builder.AddPodMetadata();
builder.Logging.AddPodMetadata(pod => pod.Labels("env")).AddSimpleConsole(o => (o.IncludeScopes, o.SingleLine) = (true, true));
builder.Services.AddPodRuntimeFit();
builder.Services.AddHealthChecks().AddPodMetadata();
builder.Services.Configure<Tenant>(builder.Configuration.GetSection("Pod:Annotations:tenant"));

var app = builder.Build();
app.MapGet("/", (IPodMetadata pod) => $"{pod.Namespace}/{pod.Name} on {pod.NodeName}, env={pod.Labels["env"]}");
app.MapGet("/env", (IConfiguration configuration) => configuration["Pod:Labels:env"]);
app.MapGet("/tenant", (IOptionsMonitor<Tenant> tenant) => $"{tenant.CurrentValue.Name}, {tenant.CurrentValue.Seats} seats");
app.MapPodMetadata();
app.MapHealthChecks("/healthz", new() { ResponseWriter = (context, report) => context.Response.WriteAsync(report.Entries["pod"].Description ?? "") });
await app.RunAsync();
