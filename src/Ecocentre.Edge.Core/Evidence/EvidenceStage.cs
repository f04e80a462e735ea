using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>How far the integrity of a stretch of evidence is proven, from the checkpoints that its own records tell of. Pure.</summary>
/// <remarks>Stage 1: signed checkpoints, never more than <see cref="GapMax"/> apart. 2: and none longer without somebody outside of the machine who had
/// one. 3 (an independent witness) is not reached by anything the gateway does, and never stated. Looked at is what there is evidence of: silence is
/// the business of coverage.</remarks>
public static class EvidenceStage
{
    /// <summary>A week, and the day until the next checkpoint tells of it.</summary>
    public static readonly TimeSpan GapMax = TimeSpan.FromDays(8);

    /// <param name="records">In the order of the log.</param>
    /// <param name="from">Start of the stretch; it begins with the first key when that is later.</param>
    /// <param name="until">Its end, or now.</param>
    /// <returns>0, 1 or 2; NaN when the stretch has no evidence that could be signed, or is too young to have a checkpoint.</returns>
    public static double Of(IEnumerable<RecordFact> records, Instant from, Instant until)
    {
        var (first, signed, outside) = ((Instant?)null, new List<Instant>(), new List<Instant>());
        foreach (var record in records)
        {
            if (record.At >= until) continue;
            if (record.Kind is RecordKind.Key or RecordKind.Checkpoint && (first is null || record.At < first)) first = record.At;
            if (record.Kind != RecordKind.Checkpoint || record.At < from - GapMax) continue;
            signed.Add(record.At);
            outside.AddRange(CheckpointRecord.OutsideOf(record).Select(copy => copy.At));
        }
        if (first is not { } begin) return double.NaN;
        if (begin < from) begin = from;
        if (!signed.Exists(at => at >= begin - GapMax) && until - begin <= GapMax) return double.NaN;
        if (!IsKept(signed, begin, until)) return 0;
        return IsKept(outside, begin, until) ? 2 : 1;
    }

    /// <summary>Whether no moment of the stretch is further than the gap from the last of these before it. At its beginning it may have to come yet.</summary>
    private static bool IsKept(List<Instant> moments, Instant begin, Instant until)
    {
        moments.Sort();
        var last = begin;
        foreach (var moment in moments)
        {
            if (moment < begin) continue;
            if (moment - last > GapMax) return false;
            last = moment;
        }
        // A stretch that is younger than the gap needs one moment all the same.
        return until - last <= GapMax && (moments.Count > 0 && moments[^1] >= begin - GapMax);
    }
}
