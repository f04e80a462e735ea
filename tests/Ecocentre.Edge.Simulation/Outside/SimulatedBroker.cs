using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation.Outside;

/// <summary>An MQTT broker with no memory: it hands messages on to whoever is connected and subscribed at that moment, now and then twice, and
/// acknowledges what it was given. When it is away all connections end.</summary>
public sealed class SimulatedBroker(Agenda agenda, Random random)
{
    private readonly List<SimulatedLink> _links = [];
    private readonly List<(long From, long To)> _outages = [];

    public bool IsUp => !_outages.Exists(outage => agenda.Now >= outage.From && agenda.Now < outage.To);

    /// <summary>Messages handed on.</summary>
    public long HandedOn { get; private set; }

    /// <summary>From now on the broker is gone for a while, with everything under way.</summary>
    public void GoAway(TimeSpan time)
    {
        _outages.Add((agenda.Now, agenda.Now + time.Ticks));
        foreach (var link in _links.ToArray()) link.Lose();
    }

    internal void Add(SimulatedLink link) => _links.Add(link);

    internal void Remove(SimulatedLink link) => _links.Remove(link);

    /// <summary>Takes a message: the subscribers get it, and its sender the acknowledgement, each after a moment and only while connected.</summary>
    internal void Take(SimulatedLink sender, MqttMessage message, Action acknowledged)
    {
        agenda.In(Moment(), () =>
        {
            if (!IsUp) return;
            foreach (var link in _links.Where(link => link.IsSubscribed(message.Topic)).ToArray())
                for (var copies = random.Next(20) == 0 ? 2 : 1; copies > 0; copies--)
                {
                    HandedOn++;
                    agenda.In(Moment(), () => link.Arrive(message));
                }
            agenda.In(Moment(), () =>
            {
                if (sender.IsConnected) acknowledged();
            });
        });
    }

    private TimeSpan Moment() => TimeSpan.FromMilliseconds(0.2 + 20 * random.NextDouble());
}
