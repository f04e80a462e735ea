using System.Runtime.CompilerServices;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Ingest;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.EndToEnd;

/// <summary>This test program, started once more to be nothing but an ingest of the group <c>ingest</c>, so that it can be killed.</summary>
public static class IngestProcess
{
    private const string Variable = "ECOCENTRE_INGEST";

    public static PeerProcess Start(string name, Uri broker, Uri influx, string rejectedFolder) => PeerProcess.Start(
        "dotnet", [typeof(IngestProcess).Assembly.Location], null,
        new Dictionary<string, string> { [Variable] = string.Join('|', name, broker, influx, rejectedFolder) });

    [ModuleInitializer]
    internal static void IngestIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split('|') is not [var name, var broker, var influx, var folder]) return;
        var link = new MosquittoLink(new MqttOptions { Broker = new Uri(broker), ClientId = name }, null, TimeProvider.System, new Random(1));
        var writer = new InfluxWriter(new InfluxOptions { Url = new Uri(influx), Database = "ecocentre" }, TimeProvider.System);
        var options = new IngestOptions { Name = name, Group = "ingest", RejectedFolder = folder };
        var loop = new IngestLoop(link, writer, options, TimeProvider.System, new Random(1));
        // Until this returns no other thread may enter the test program's own code, and none does: it never returns.
        var running = loop.RunAsync(CancellationToken.None);
        link.WaitForConnectionAsync(CancellationToken.None).Wait();
        Console.WriteLine("subscribed");
        running.Wait();
    }
}
