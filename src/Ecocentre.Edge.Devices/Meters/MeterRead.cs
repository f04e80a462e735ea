using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>One request of a meter's plan with what became of it lately.</summary>
internal sealed class MeterRead(PlannedRead plan, long periodTicks)
{
    public PlannedRead Plan { get; } = plan;

    public long PeriodTicks { get; } = periodTicks;

    /// <summary>Receives the registers.</summary>
    public ushort[] Words { get; } = new ushort[plan.Count];

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
