using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Podkit.Examples.Logger;
using Podkit.Metadata;

var builder = Host.CreateApplicationBuilder(args);
builder.AddPodMetadata();
builder.Logging.AddPodMetadata(pod => pod.Fields().Labels("env")).AddSimpleConsole(o => (o.IncludeScopes, o.SingleLine) = (true, true));
builder.Services.AddHostedService<LineLogger>();
builder.Services.AddHostedService<ChangeLogger>();
await builder.Build().RunAsync();
