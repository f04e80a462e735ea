namespace Ecocentre.Edge.Criteria;

/// <summary>One or several points through a local day on equal slots. NaN, and coverage 0, where nothing is known.</summary>
/// <remarks>Arrays are owned by the day and only read by kinds.</remarks>
public sealed class DaySeries(int slotCount)
{
    /// <summary>Gauges: mean of the slot. States: share of the known time that was on. Counters: NaN.</summary>
    public double[] Mean { get; } = NaNs(slotCount);

    /// <summary>Counters: growth in the slot. States: seconds on. Gauges: NaN.</summary>
    public double[] Delta { get; } = NaNs(slotCount);

    /// <summary>The value in force at the end of the slot: of a counter its register.</summary>
    public double[] Last { get; } = NaNs(slotCount);

    /// <summary>Share of the slot backed by good readings, 0 to 1.</summary>
    public double[] Coverage { get; } = new double[slotCount];

    public int SlotCount => Coverage.Length;

    /// <summary>Of each slot as it was fed: 0 nothing, else one more than the newest revision; null in series that were made of others.</summary>
    internal int[]? Revisions { get; set; }

    /// <summary>Nothing is known again.</summary>
    internal void Clear()
    {
        Array.Fill(Mean, double.NaN);
        Array.Fill(Delta, double.NaN);
        Array.Fill(Last, double.NaN);
        Array.Clear(Coverage);
        if (Revisions is not null) Array.Clear(Revisions);
    }

    /// <summary>The same on slots that are longer by a whole factor: means are weighted by coverage, deltas added, the last value kept.</summary>
    internal DaySeries Coarser(int factor)
    {
        if (factor == 1) return this;
        var coarse = new DaySeries(CountAt(factor));
        Coarsen(coarse, factor, 0, coarse.SlotCount - 1);
        return coarse;
    }

    /// <summary>Slots of a series that is coarser by that factor.</summary>
    internal int CountAt(int factor) => (SlotCount + factor - 1) / factor;

    /// <summary>Makes some slots of a coarser series anew, first and last included; each comes from its own slots here alone.</summary>
    internal void Coarsen(DaySeries coarse, int factor, int first, int last)
    {
        for (var slot = first; slot <= last; slot++)
        {
            double weight = 0, mean = 0, delta = 0, coverage = 0, register = double.NaN;
            var anyDelta = false;
            for (var i = slot * factor; i < Math.Min(SlotCount, (slot + 1) * factor); i++)
            {
                coverage += Coverage[i];
                if (!double.IsNaN(Mean[i]) && Coverage[i] > 0) (mean, weight) = (mean + Mean[i] * Coverage[i], weight + Coverage[i]);
                if (!double.IsNaN(Delta[i])) (delta, anyDelta) = (delta + Delta[i], true);
                if (!double.IsNaN(Last[i])) register = Last[i];
            }
            coarse.Mean[slot] = weight > 0 ? mean / weight : double.NaN;
            coarse.Delta[slot] = anyDelta ? delta : double.NaN;
            coarse.Last[slot] = register;
            coarse.Coverage[slot] = coverage / factor;
        }
    }

    /// <summary>Several points of one room as one: the mean of those that know, the best coverage.</summary>
    internal static DaySeries Averaged(ReadOnlySpan<DaySeries> series) => Together(series, sum: false);

    /// <summary>Several meters as one: deltas and levels added, the worst coverage; a slot is known where all are. Registers have no sum.</summary>
    internal static DaySeries Summed(ReadOnlySpan<DaySeries> series) => Together(series, sum: true);

    private static DaySeries Together(ReadOnlySpan<DaySeries> series, bool sum)
    {
        if (series.Length == 1) return series[0];
        var together = new DaySeries(series[0].SlotCount);
        for (var slot = 0; slot < together.SlotCount; slot++)
        {
            double mean = 0, delta = 0, coverage = sum ? 1 : 0;
            int means = 0, deltas = 0;
            foreach (var one in series)
            {
                coverage = sum ? Math.Min(coverage, one.Coverage[slot]) : Math.Max(coverage, one.Coverage[slot]);
                if (!double.IsNaN(one.Mean[slot]) && (sum || one.Coverage[slot] > 0)) (mean, means) = (mean + one.Mean[slot], means + 1);
                if (!double.IsNaN(one.Delta[slot])) (delta, deltas) = (delta + one.Delta[slot], deltas + 1);
            }
            if (means == series.Length || !sum && means > 0) together.Mean[slot] = sum ? mean : mean / means;
            // A meter that is silent now shows its growth later: what is known of the others is not held back.
            if (deltas > 0) together.Delta[slot] = delta;
            together.Coverage[slot] = coverage;
        }
        return together;
    }

    private static double[] NaNs(int count)
    {
        var values = new double[count];
        Array.Fill(values, double.NaN);
        return values;
    }
}
