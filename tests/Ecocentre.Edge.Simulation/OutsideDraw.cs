using Ecocentre.Edge.Simulation.Outside;

namespace Ecocentre.Edge.Simulation;

/// <summary>Draws what goes wrong with disks, databases, brokers and people around the gateway, apart from the rest: what is added here changes no other
/// draw.</summary>
internal sealed class OutsideDraw(Random random, TimeSpan from, TimeSpan to, int meters)
{
    private readonly List<Event> _events = [];

    /// <summary>None, or between a thousandth and a tenth.</summary>
    public double Share() => Often() ? 0 : Math.Pow(10, -1 - 2 * random.NextDouble());

    /// <param name="others">What happens anyway.</param>
    /// <param name="begin">True wall time at the beginning.</param>
    public IEnumerable<Event> Events(IReadOnlyList<Event> others, DateTimeOffset begin)
    {
        Some(3, at => new PowerCut(at, random.Next(1, 500), For(at, 0, 5)));
        Some(2, at => new DiskFull(at, For(at, 0.1, 90)));
        Some(2, at => new DiskFails(at, For(at, 0.1, 15)));
        Some(3, at => new DatabaseFails(at, For(at, 0.2, 240), (DatabaseFault)random.Next(1, Enum.GetValues<DatabaseFault>().Length)));
        Some(2, at => new DatabaseForgets(at, TimeSpan.FromMinutes(1 + 90 * random.NextDouble())));
        // From hours to days, as far as the world lasts.
        if (random.Next(4) == 0) Add(at => new BrokerAway(at, For(at, 60, 60 * Math.Pow(72, random.NextDouble()))));
        if (random.Next(4) == 0) Add(at => new CardWorn(at, random.Next(1, 500), For(at, 0, 5), (CardDamage)random.Next(Enum.GetValues<CardDamage>().Length)));
        var midnight = new DateTimeOffset(begin.Date.AddDays(1), TimeSpan.Zero) - begin;
        if (Often() && midnight > from && midnight < to) _events.Add(new LeapSecond(midnight));
        var clockMoves = others.Concat(_events).Any(e => e is ClockStepped or BornIn1970 or LeapSecond);
        var touched = others.Any(e => e is RegisterGlitch or RegisterReset);
        if (!clockMoves && !touched) Some(2, at => new MeterSwapped(at, random.Next(meters), For(at, 1, 20), Math.Round(1000 * random.NextDouble(), 1)));
        return _events;
    }

    public BrokerTrouble Broker() =>
        new(Often() ? 0 : 0.05 * random.NextDouble(), Often() ? 0 : 0.2 * random.NextDouble(), Often() ? 0 : 0.2 * random.NextDouble(),
            Often() ? 0 : 0.05 * random.NextDouble())
        { KeepsSessions = Often() };

    private bool Often() => random.Next(2) == 0;

    private void Some(int most, Func<TimeSpan, Event> draw)
    {
        if (!Often()) return;
        for (var i = random.Next(1, most + 1); i > 0; i--) Add(draw);
    }

    private void Add(Func<TimeSpan, Event> draw) => _events.Add(draw(from + (to - from) * random.NextDouble()));

    private TimeSpan For(TimeSpan at, double minutesMin, double minutesMax)
    {
        var wanted = TimeSpan.FromMinutes(minutesMin + (minutesMax - minutesMin) * random.NextDouble());
        return wanted < to - at ? wanted : to - at;
    }
}
