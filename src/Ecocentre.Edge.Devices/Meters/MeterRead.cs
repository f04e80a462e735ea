using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>One request of a meter's plan with what became of it lately.</summary>
internal sealed class MeterRead(PlannedRead plan, long periodTicks)
{
    public PlannedRead Plan { get; } = plan;

    public long PeriodTicks { get; } = periodTicks;

    /// <summary>Receives the registers.</summary>
    public ushort[] Words { get; } = new ushort[plan.Count];

    /// <summary>The format of every number in <see cref="Words"/>, from the first register on, where all points are plain numbers of one format; else
    /// null.</summary>
    public RegisterFormat? Run { get; init; }

    /// <summary>Of a <see cref="Run"/>: the number that begins at a register, after <see cref="DecodeRun"/>.</summary>
    public double this[int address] => _numbers[(address - Plan.Address) / Run!.Value.Words];

    private readonly double[] _numbers = new double[plan.Count];

    /// <summary>Takes all numbers of a run out of <see cref="Words"/> at once.</summary>
    public void DecodeRun() => RegisterDecoder.Numbers(Words, Run!.Value, _numbers.AsSpan(0, Words.Length / Run.Value.Words));

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
