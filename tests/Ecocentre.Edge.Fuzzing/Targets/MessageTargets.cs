using System.Collections.Frozen;
using System.Text;
using Ecocentre.Edge.Outputs.Ingest;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Fuzzing.Targets;

/// <summary>What comes from a broker.</summary>
internal static class MessageTargets
{
    private const string Line = "window,centre=lyon,device=main,length=1m,point=main.power.active,quantity=power.active,unit=W count=60i,mean=1.5,seq=12i 1795287600000000000\n";

    private static readonly BridgePoint[] Points =
    [
        .. new[] { "$.occupancy", "$.a.b[0]", "$['odd name'].x", "$" }.Select(path => Point(PayloadPath.Parse(path), [])),
        Point(null, []), Point(PayloadPath.Parse("$.state"), new() { ["ON"] = 1, ["OFF"] = 0 }),
    ];

    internal static IEnumerable<FuzzTarget> All =>
    [
        new("mqtt-payload", Texts("""{"occupancy":true,"battery":97}""", """{"a":{"b":[21.5,"x"]},"odd name":{"x":-4}}""", "21.5", "true", """{"state":"ON"}"""), Payload),
        new("mqtt-path", Texts("$.a.b[0]['odd name']", "$", "$.occupancy"), bytes => PayloadPath.Parse(Encoding.UTF8.GetString(bytes)) is null ? "none" : "path"),
        new("mqtt-ack", Texts("""{"by":"ingest-1","first":12,"last":400}"""), bytes =>
        {
            if (!Acknowledgement.TryRead(bytes, out var read)) return "none";
            WireTargets.Require(read.First >= 1 && read.Last >= read.First, $"An acknowledgement of {read}.");
            return "read";
        }),
        new("mqtt-replay", Texts("""{"from":12,"to":400}"""), bytes =>
        {
            if (!ReplayRequest.TryRead(bytes, out var read)) return "none";
            WireTargets.Require(read.From >= 1 && read.To >= read.From, $"A replay of {read}.");
            return "read";
        }),
        new("log-message", Texts(Line, Line + Line.Replace("seq=12i", "seq=13i"), """incident,centre=lyon,kind=gap,subject=a\ b text="x \"y\"",seq=14i 1"""), LogMessageRead),
    ];

    private static string Payload(byte[] payload)
    {
        var outcome = "";
        foreach (var point in Points)
        {
            var value = point.Read(payload, out var complaint);
            WireTargets.Require(value is null ? complaint.Length > 0 : double.IsFinite(value.Value), $"{value} without a word about it.");
            WireTargets.Require(complaint.Length < 1_000, "A complaint of endless length.");
            outcome += value is null ? complaint : "value";
        }
        return outcome;
    }

    private static string LogMessageRead(byte[] payload)
    {
        var message = new MqttMessage("ecocentre/v1/lyon/log", payload, UserProperties: [new("first", "12"), new("last", "14")]);
        if (!LogMessage.TryRead(message, out var read, out var complaint)) return complaint;
        WireTargets.Require(read.Lines >= 1 && read.First == 12 && read.Last == 14, "A message that is not what it says.");
        return "read";
    }

    private static BridgePoint Point(PayloadPath? path, Dictionary<string, double> values) => new(new Point
    {
        Id = new PointId(0), Name = "z.presence", Device = "z", Period = TimeSpan.FromMinutes(1), Quantity = new Quantity("presence", "1", PointKind.State),
    }, path, values.ToFrozenDictionary(StringComparer.Ordinal));

    internal static byte[][] Texts(params IEnumerable<string> texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
