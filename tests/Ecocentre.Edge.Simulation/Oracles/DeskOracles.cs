using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Simulation.Building;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Simulation.Oracles;

/// <summary>What the gateway says of desks, held against the people who sit there and the lines that watch them, again and again while the world
/// goes on.</summary>
internal sealed class DeskOracles(DeskRoom room, Scenario scenario, Verdicts verdicts)
{
    // More than any hold time.
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(30);

    // From an edge to the picture that shows it: at once; a debounce, and a beat where a state ends by itself.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(3);

    // A level speaks for its sensor for two and a half confirm times; a chip that is back is asked for five seconds later.
    private static readonly TimeSpan SilentAfter = 2.5 * DeskRoom.Confirm, BackAfter = TimeSpan.FromSeconds(5);

    // A PIR that got its power is not believed for so long.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);

    // By desk: when its line is active and when somebody sits there, from the first hold time to the end; worked out once.
    private readonly List<BuildingStay>[] _seen =
        [.. room.Watched.Select(desk => desk.Signal.ActiveBetween(room.At(-Before.Ticks), room.At((scenario.Length + Before).Ticks)).ToList())];
    private readonly List<BuildingStay>[] _stays =
        [.. room.Watched.Select(desk => room.Truth.DeskStays(desk.Number, room.At(-Before.Ticks), room.At((scenario.Length + Before).Ticks)).ToList())];

    /// <summary>Desk-samples by what was said of them.</summary>
    public Dictionary<DeskState, long> Said { get; } = [];

    /// <summary>Holds a picture against the truth of now.</summary>
    /// <param name="now">Time of the world.</param>
    /// <param name="aliveSince">When this life of the gateway began.</param>
    public void Look(Snapshot snapshot, long now, long aliveSince)
    {
        foreach (var desk in room.Watched)
        {
            var state = snapshot.Desks[desk.Line].State;
            Said[state] = Said.GetValueOrDefault(state) + 1;
            Look(desk, state, now, aliveSince);
        }
    }

    private void Look(WatchedDesk desk, DeskState state, long now, long aliveSince)
    {
        var rules = DeskRules.Default;
        var (hold, heldAfter) = (rules.HoldOf(Presence), rules.HeldAfterOf(Presence));
        var at = room.At(now);
        // Silence for less than a level speaks may have gone by unseen, and may not: the request of a chip that is back is warm-up again.
        var (watching, known) = (WatchingSince(now, aliveSince, SilentAfter + Slack), WatchingSince(now, aliveSince, TimeSpan.Zero));
        string Words(string what) => $"desk {desk.Line + 1} is {state} after {TimeSpan.FromTicks(now)}: {what}";

        verdicts.Check("no desk free in silence", state != DeskState.Free || watching is { } since && TimeSpan.FromTicks(now - since) >= hold - Slack,
            () => Words($"watched without a break since {(watching is { } w ? TimeSpan.FromTicks(w) : "now")} only"));
        verdicts.Check("desks as seen", state != DeskState.Free || !IsSeen(desk, at - hold + Slack, at - Slack), () => Words("somebody was seen within the hold time"));
        verdicts.Check("desks as seen", state != DeskState.Occupied || IsSeen(desk, at - heldAfter - Slack, at + Slack), () => Words("nobody was seen lately"));
        verdicts.Check("desks as seen", state != DeskState.Held || IsSeen(desk, at - hold - Slack, at + Slack), () => Words("nobody was seen within the hold time"));
        // Watched for long enough, everything is known.
        if (known is not { } from || TimeSpan.FromTicks(now - from) < hold + BackAfter + WarmUp + Slack) return;
        verdicts.Check("desks known", state is not DeskState.Unknown, () => Words("it was watched for longer than the hold time"));
        if (desk.IsFaulty) return;
        var stays = _stays[desk.Line];
        var isThere = stays.Exists(stay => stay.From <= at - Slack && stay.To > at);
        var isEmpty = !stays.Exists(stay => stay.To > at - hold - Slack && stay.From < at);
        if (isThere) verdicts.Check("desks true", state is DeskState.Occupied or DeskState.Held, () => Words("somebody is there"));
        if (isEmpty) verdicts.Check("desks true", state == DeskState.Free, () => Words("nobody was there for longer than the hold time"));
    }

    /// <summary>Pulses are counted once, whatever dies: the log has as many as the meters gave, but for those that came while nobody could count.</summary>
    public void PulsesConserved(IEnumerable<WindowFact> final, IReadOnlyList<(long From, long To)> outages, TimeSpan unstored, long end)
    {
        // What was counted after the last closed minute dies with the process; the last minutes of the world are not closed.
        var (forgotten, open) = ((TimeSpan.FromMinutes(2) + unstored).Ticks, TimeSpan.FromMinutes(3).Ticks);
        var sums = final.Where(w => w.Aggregate.Kind == WindowKind.Minute && !double.IsNaN(w.Aggregate.Delta))
            .GroupBy(w => w.Series.Name).ToDictionary(g => g.Key, g => g.Sum(w => w.Aggregate.Delta));
        foreach (var point in room.Points.Where(p => p.Quantity.Kind == PointKind.Counter))
        {
            var (counted, given) = (sums.GetValueOrDefault(point.Name), room.Pulsed(point, end));
            var lost = Pulses(point, end - open, end)
                + outages.Sum(outage => Pulses(point, outage.From - forgotten, outage.To + (BackAfter + Slack).Ticks))
                + room.LinesAway.Sum(away => Pulses(point, away.From - Slack.Ticks, away.To + (BackAfter + Slack).Ticks));
            verdicts.Check("pulses conserved", counted <= given + 1e-6 && counted >= given - lost - 1e-6,
                $"{point.Name}: the log has {counted:0.###}, the meter gave {given:0.###} {point.Quantity.Unit}, of which {lost:0.###} could not be counted");
        }
    }

    /// <summary>Mean CO2 of each minute that is wholly covered is the truth's, within the sensor's data sheet.</summary>
    public void WindowsTrue(IEnumerable<WindowFact> final)
    {
        foreach (var (series, aggregate) in final)
        {
            if (aggregate.Kind != WindowKind.Minute || series.Quantity != "co2" || aggregate.Coverage < 0.99) continue;
            var since = aggregate.Window.Start.ToDateTimeOffset() - scenario.Begin;
            var from = room.At(since.Ticks);
            var truth = room.Truth.MeanAir("open-space", from, from + aggregate.Window.Length).Co2;
            // A reading stands for the seconds after it.
            verdicts.Check("windows true", Math.Abs(aggregate.Mean - truth) <= AirAccuracy.Scd4x.OfCo2(truth) + 5,
                $"{series.Name} {aggregate.Window.Start}: {aggregate.Mean:0.#} ppm, in truth {truth:0.#}");
        }
    }

    private static Quantity Presence { get; } =
        Quantity.TryGet("presence", out var presence) ? presence : throw new InvalidOperationException("BUG: presence is no quantity.");

    private double Pulses(Point point, long from, long to) => room.Pulsed(point, to) - room.Pulsed(point, Math.Max(0, from));

    private bool IsSeen(WatchedDesk desk, Instant from, Instant to)
    {
        var seen = _seen[desk.Line];
        var (low, high) = (0, seen.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (seen[middle].To > from) high = middle;
            else low = middle + 1;
        }
        return low < seen.Count && seen[low].From < to;
    }

    /// <summary>Since when the lines are heard without a break of at least so long; null in one.</summary>
    private long? WatchingSince(long now, long aliveSince, TimeSpan breakMin)
    {
        var since = aliveSince;
        foreach (var (from, to) in room.LinesAway)
        {
            var end = Math.Min(to, now);
            if (from >= now || TimeSpan.FromTicks(end - from) < breakMin) continue;
            if (now <= to) return null;
            since = Math.Max(since, to);
        }
        return since;
    }
}
