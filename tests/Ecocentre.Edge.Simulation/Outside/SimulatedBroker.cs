using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation.Outside;

/// <summary>An MQTT broker: it hands messages on to whoever is subscribed, acknowledges what it was given, and goes wrong in all the ways in which brokers
/// do. When it is away all connections end.</summary>
public sealed class SimulatedBroker(Agenda agenda, Random random, BrokerTrouble trouble, Func<bool> mayFail, Action<string> injected)
{
    // What mosquitto keeps for a client that is away unless told otherwise (max_queued_messages).
    private const int KeptMax = 1_000;

    private readonly List<SimulatedLink> _links = [];
    private readonly List<(long From, long To)> _outages = [];
    private readonly SortedDictionary<string, (HashSet<string> Filters, Queue<MqttMessage> Kept)> _sessions = new(StringComparer.Ordinal);

    public bool IsUp => !_outages.Exists(outage => agenda.Now >= outage.From && agenda.Now < outage.To);

    /// <summary>Messages handed on.</summary>
    public long HandedOn { get; private set; }

    /// <summary>Messages kept for clients that are away.</summary>
    public int Kept => _sessions.Values.Sum(session => session.Kept.Count);

    /// <summary>From now on the broker is gone for a while, with everything under way and all that it kept.</summary>
    public void GoAway(TimeSpan time)
    {
        _outages.Add((agenda.Now, agenda.Now + time.Ticks));
        _sessions.Clear();
        foreach (var link in _links.ToArray()) link.Lose();
    }

    internal void Add(SimulatedLink link) => _links.Add(link);

    internal void Remove(SimulatedLink link) => _links.Remove(link);

    /// <summary>A client is there: it gets what was kept for it.</summary>
    internal void Connected(SimulatedLink link)
    {
        if (!trouble.KeepsSessions || !_sessions.Remove(link.Client, out var session)) session = ([], new Queue<MqttMessage>());
        session.Filters.UnionWith(link.Filters);
        if (trouble.KeepsSessions) _sessions.Add(link.Client, (session.Filters, new Queue<MqttMessage>()));
        foreach (var message in session.Kept) HandOn(link, message, Moment());
    }

    /// <summary>Takes a message: the subscribers get it, and its sender the acknowledgement, each after a moment and only while connected.</summary>
    internal void Take(SimulatedLink sender, MqttMessage message, Action acknowledged)
    {
        agenda.In(Moment(), () =>
        {
            if (!IsUp) return;
            if (!Happens("MessageLost", trouble.Lost)) Spread(message);
            if (Happens("PubackLost", trouble.Unacknowledged)) return;
            agenda.In(Moment(), () =>
            {
                if (sender.IsConnected) acknowledged();
            });
        });
    }

    private void Spread(MqttMessage message)
    {
        foreach (var link in _links.Where(link => link.IsSubscribed(message.Topic)).ToArray())
            for (var copies = Happens("MessageTwice", trouble.Duplicated) ? 2 : 1; copies > 0; copies--)
                HandOn(link, message, Happens("MessageOvertaken", trouble.Reordered) ? TimeSpan.FromSeconds(40 * random.NextDouble()) : Moment());
        foreach (var (client, (filters, kept)) in _sessions)
            if (!_links.Exists(link => link.Client == client && link.IsConnected) && filters.Any(filter => SimulatedLink.Matches(filter, message.Topic))
                && kept.Count < KeptMax) kept.Enqueue(message);
    }

    private void HandOn(SimulatedLink link, MqttMessage message, TimeSpan after)
    {
        HandedOn++;
        agenda.In(after, () => link.Arrive(message));
    }

    private bool Happens(string kind, double share)
    {
        // Always a draw, so that a world with one kind of fault less has the same others.
        if (random.NextDouble() >= share || !mayFail()) return false;
        injected(kind);
        return true;
    }

    private TimeSpan Moment() => TimeSpan.FromMilliseconds(0.2 + 20 * random.NextDouble());
}
