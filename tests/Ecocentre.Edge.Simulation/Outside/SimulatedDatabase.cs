using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Simulation.Oracles;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation.Outside;

/// <summary>The database behind the broker, with the process that fills it: lines by series and time, the last one counts; a message is acknowledged
/// once its lines are stored. The process is away now and then, and forgets what it held.</summary>
public sealed partial class SimulatedDatabase(Agenda agenda, Random random, SimulatedBroker broker, string centre)
{
    private readonly Dictionary<string, string> _rows = [];
    private readonly Dictionary<long, string> _bySequence = [];
    private readonly Topics _topics = new(centre);
    private SimulatedLink? _link;
    private int _life;

    /// <summary>What may never be.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>Rows that stand in the database.</summary>
    public int Rows => _rows.Count;

    // The series (measurement and tags), the fields, and the time in nanoseconds.
    [GeneratedRegex(@"^((?:[^ \\]|\\.)+) (.*) (-?\d+)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"(?:^|,)seq=(\d+)i")]
    private static partial Regex Sequence();

    public void Start()
    {
        var process = new SimulatedProcess(agenda, now => DateTimeOffset.UnixEpoch.AddTicks(now));
        var link = _link = new SimulatedLink(broker, process.Time);
        var life = ++_life;
        process.Start(async () =>
        {
            link.Subscribe(Topics.EveryLog);
            link.Start();
            while (await link.Incoming.WaitToReadAsync())
                while (link.Incoming.TryRead(out var message))
                    agenda.In(TimeSpan.FromMilliseconds(1 + 3000 * Math.Pow(random.NextDouble(), 4)), () => Store(message, link, life, process));
        });
    }

    /// <summary>The filling process is gone for a while, with everything it had not stored.</summary>
    public void GoAway(TimeSpan time)
    {
        _life++;
        _link?.Cut();
        agenda.In(time, Start);
    }

    /// <summary>Every entry of the log stands in the database with its own time, unless a later revision of the same window took its place.</summary>
    public void Judge(IReadOnlyDictionary<long, LogFact> told, Verdicts verdicts)
    {
        foreach (var (sequence, fact) in told)
        {
            var found = _bySequence.TryGetValue(sequence, out var line);
            verdicts.Check("in the database", found, () => $"sequence {sequence} never arrived in the database: {fact}");
            if (!found) continue;
            var nanoseconds = fact.At.UnixMilliseconds * 1_000_000;
            verdicts.Check("original times", line!.EndsWith($" {nanoseconds}", StringComparison.Ordinal) || fact is IncidentFact
                && TimeOf(line) / 1_000_000 == fact.At.UnixMilliseconds,
                () => $"sequence {sequence} of {fact.At} is dated {line}");
        }
        foreach (var violation in Violations) verdicts.Wrong("in the database", violation);
    }

    private static long TimeOf(string line) => long.Parse(Line().Match(line).Groups[3].Value, CultureInfo.InvariantCulture);

    private void Store(MqttMessage message, SimulatedLink link, int life, SimulatedProcess process)
    {
        if (life != _life) return;
        foreach (var line in Encoding.UTF8.GetString(message.Payload.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var match = Line().Match(line);
            var sequence = Sequence().Match(match.Groups[2].Value);
            if (!match.Success || !sequence.Success)
            {
                Violations.Add($"not a line of the log: {line}");
                continue;
            }
            var number = long.Parse(sequence.Groups[1].Value, CultureInfo.InvariantCulture);
            if (!_bySequence.TryAdd(number, line)
                && _bySequence[number] != line) Violations.Add($"sequence {number} came as {_bySequence[number]} and as {line}");
            _rows[$"{match.Groups[1].Value} {match.Groups[3].Value}"] = line;
        }
        long Bound(string name) => long.Parse(message.Property(name)!, CultureInfo.InvariantCulture);
        var acknowledgement = new MqttMessage(_topics.Ack, new Acknowledgement("simulated", Bound("first"), Bound("last")).ToJson());
        process.Start(async () => await link.PublishAsync(acknowledgement, CancellationToken.None));
    }
}
