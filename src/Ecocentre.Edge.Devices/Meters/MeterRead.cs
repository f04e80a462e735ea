using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>One request of a meter's plan with what became of it lately.</summary>
internal sealed class MeterRead(PlannedRead plan, long periodTicks)
{
    public PlannedRead Plan { get; } = plan;

    public long PeriodTicks { get; } = periodTicks;

    /// <summary>Receives the registers.</summary>
    public ushort[] Words { get; } = new ushort[plan.Count];

    // Beside what else a poll looks at, and not in the plan's object.
    public RegisterTable Table { get; } = plan.Table;

    public int Address { get; } = plan.Address;

    /// <summary>The format of every number in <see cref="Words"/>, from the first register on, where all points are plain numbers of one format; else
    /// null.</summary>
    public RegisterFormat? Run { get; init; }

    /// <summary>Of a <see cref="Run"/>: where each point's number stands, in the order of the plan's points.</summary>
    public NumberPlace[] Places { get; init; } = [];

    /// <summary>What the numbers are to be multiplied with, in the order of <see cref="Places"/>; null where all are what they stand for.</summary>
    public NumberScale[]? Scales { get; init; }

    /// <summary>Some of the points have a longer period.</summary>
    public bool HasRiders { get; init; }

    /// <summary>Where in its period it is asked, in the provider's ticks; null until that was reckoned.</summary>
    public long? Phase { get; set; }

    /// <summary>When it is to be asked next, in the provider's ticks.</summary>
    public long DueAt { get; set; }

    /// <summary>Asked at least once.</summary>
    public bool WasAsked { get; set; }

    /// <summary>Answered at least once, so its length is no problem.</summary>
    public bool WasAnswered { get; set; }

    /// <summary>Times in a row without any answer.</summary>
    public int SilentInRow { get; set; }

    /// <summary>A shorter request of the same meter was answered since this one fell silent.</summary>
    public bool ShorterAnswered { get; set; }

    /// <summary>The meter refused its only point (or points of the same registers): it is not asked before <see cref="RetryAt"/>, and
    /// yields Missing.</summary>
    public bool IsHole { get; init; }

    /// <summary>When a hole is asked once more.</summary>
    public long RetryAt { get; set; }
}

/// <summary>A number among those that stand side by side.</summary>
/// <param name="Number">Its index.</param>
/// <param name="Point">Index of its point among the meter's.</param>
internal readonly record struct NumberPlace(ushort Number, ushort Point);

/// <summary>From a number of a register to the value of a point.</summary>
internal readonly record struct NumberScale(double Multiplier, double Divisor, double Gain)
{
    internal static NumberScale None => new(1, 1, 1);

    internal double Of(double number) => number * Multiplier / Divisor * Gain;
}
