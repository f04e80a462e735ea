using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A passive infrared sensor over a desk: a pulse for each movement, longer when one follows the other; nothing from who sits still.</summary>
/// <remarks>Somebody at the desk moves at least every <see cref="MovesEvery"/>, but for spells in which they read or think: each is shorter than
/// the longest spell, and two may follow each other. Sitting down and leaving are movements.</remarks>
/// <param name="stillMax">The longest spell of stillness; null for <see cref="StillMax"/>. At most nine minutes, at least one.</param>
public sealed class DeskPir(BuildingTruth truth, int desk, TimeSpan? stillMax = null) : BuildingLine
{
    // HC-SR501 at its shortest delay, retriggering.
    private const long OnMilliseconds = 2500;

    private const long SlotMilliseconds = 6000, SlotsPerMove = 5, SpellMilliseconds = 600_000, StillMilliseconds = 60_000;

    private const double MoveShare = 0.35, SpellShare = 0.25;

    // Streams of noise, one of each a desk.
    private const int MoveStream = 3000, InstantStream = 3100, SpellStream = 3200, SpellBeginStream = 3300, SpellLengthStream = 3400;

    private readonly int _seed = truth.Seed;

    /// <summary>The longest that nothing moves, but for stillness.</summary>
    public static TimeSpan MovesEvery { get; } = TimeSpan.FromMilliseconds(SlotMilliseconds * (SlotsPerMove + 1));

    /// <summary>The longest that somebody stays still in one spell; two spells may follow each other.</summary>
    public static TimeSpan StillMax { get; } = TimeSpan.FromMinutes(4);

    /// <summary>The longest that somebody at the desk goes unseen.</summary>
    public TimeSpan UnseenMax => 2 * (stillMax ?? StillMax) + 2 * MovesEvery;

    public override TimeSpan LengthMin => TimeSpan.FromMilliseconds(60);

    public override IReadOnlyList<BuildingStay> ActiveBetween(Instant from, Instant to)
    {
        // A sensor cannot end and begin within less than its length: such stretches are one.
        var (begin, end) = (from - LengthMin - TimeSpan.FromMilliseconds(OnMilliseconds), to + LengthMin);
        var seen = new List<BuildingStay>();
        foreach (var stay in truth.DeskStays(desk, begin, end))
            foreach (var move in Moves(stay, begin.UnixMilliseconds, end.UnixMilliseconds).Order())
                seen.Add(new(new Instant(move), new Instant(move + OnMilliseconds)));
        return Joined(seen, from, to, LengthMin);
    }

    private IEnumerable<long> Moves(BuildingStay stay, long from, long to)
    {
        var (first, last) = (stay.From.UnixMilliseconds, stay.To.UnixMilliseconds - 1);
        yield return first;
        yield return last;
        for (var slot = Math.Max(first, from) / SlotMilliseconds; slot * SlotMilliseconds < Math.Min(last, to); slot++)
        {
            var at = slot * SlotMilliseconds + (long)(SlotMilliseconds * BuildingTruthNoise.Uniform(_seed, InstantStream + desk, slot));
            if (at <= first || at >= last || IsStill(at)) continue;
            if (slot % SlotsPerMove == 0 || BuildingTruthNoise.Uniform(_seed, MoveStream + desk, slot) < MoveShare) yield return at;
        }
    }

    private bool IsStill(long at)
    {
        var (spell, rest) = Math.DivRem(at, SpellMilliseconds);
        if (BuildingTruthNoise.Uniform(_seed, SpellStream + desk, spell) >= SpellShare) return false;
        var most = (stillMax ?? StillMax).TotalMilliseconds;
        var length = StillMilliseconds + (most - StillMilliseconds) * BuildingTruthNoise.Uniform(_seed, SpellLengthStream + desk, spell);
        var begin = (SpellMilliseconds - length) * BuildingTruthNoise.Uniform(_seed, SpellBeginStream + desk, spell);
        return rest >= begin && rest < begin + length;
    }
}
