using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class DeskPirTests
{
    private const int Seed = 77;

    // A Tuesday.
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 6, 16, 0, 0, 0, TimeSpan.Zero));
    private static readonly BuildingTruth Truth = new(Seed, Start, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"));

    [Fact]
    public void It_sees_whoever_is_there_again_and_again_and_nobody_else()
    {
        var (from, to) = (Start + TimeSpan.FromHours(5), Start + TimeSpan.FromHours(17));
        var (pulses, longest) = (0, TimeSpan.Zero);
        for (var desk = 0; desk < BuildingPlan.Desks.Length; desk++)
        {
            var seen = new DeskPir(Truth, desk).ActiveBetween(from, to);
            pulses += seen.Count;
            foreach (var stretch in seen) Assert.True(Truth.IsDeskTaken(desk, stretch.From), $"seed {Seed}: desk {desk} is active from {stretch.From}.");
            foreach (var stay in Truth.DeskStays(desk, from, to))
            {
                var last = stay.From > from ? stay.From : from;
                Assert.Contains(seen, s => s.From <= last && s.To > last || stay.From < from);
                foreach (var stretch in seen.Where(s => s.To > stay.From && s.From < stay.To))
                {
                    if (stretch.From - last > longest) longest = stretch.From - last;
                    last = stretch.To;
                }
                Assert.True(last >= stay.To || stay.To > to);
            }
        }
        Assert.True(pulses > 30_000, $"{pulses}");
        // Somebody was lost for minutes, but never for longer than declared.
        Assert.InRange(longest, TimeSpan.FromMinutes(3.5), new DeskPir(Truth, 0).UnseenMax);
    }

    [Fact]
    public void Pieces_of_time_fit_together()
    {
        var pir = new DeskPir(Truth, 4);
        var (from, to) = (Start + TimeSpan.FromHours(7), Start + TimeSpan.FromHours(9));
        var whole = pir.ActiveBetween(from, to);
        Assert.True(whole.Count > 100);
        var random = new Random(Seed);
        for (var at = from; at < to;)
        {
            var next = at + TimeSpan.FromMilliseconds(random.Next(1, 60_000));
            if (next > to) next = to;
            foreach (var piece in pir.ActiveBetween(at, next)) Assert.Contains(whole, s => s.From <= piece.From && s.To >= piece.To);
            Assert.Equal(whole.Any(s => s.From <= at && s.To > at), pir.IsActive(at));
            at = next;
        }
    }
}
