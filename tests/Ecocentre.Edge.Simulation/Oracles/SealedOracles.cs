using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Simulation.Oracles;

/// <summary>What must hold in any archive: what was appended lies in it once, in the seal it belongs to, and its leaves make one tree.</summary>
internal static class SealedOracles
{
    /// <param name="appended">Every fact of the log by its sequence.</param>
    public static void SealedOnce(EvidenceArchive archive, IReadOnlyDictionary<long, LogFact> appended,
        (Func<Series, bool> IsExact, bool IsWorn) how, Verdicts verdicts)
    {
        var hashes = new List<TreeHash>();
        SealedDay? before = null;
        foreach (var day in archive.Days)
        {
            var next = (before?.Last ?? 0) + 1;
            verdicts.Check("sealed in order", (how.IsWorn ? day.First >= next : day.First == next) && day.Previous == before?.Day && day.FirstLeaf == hashes.Count,
                $"{day} after {before}");
            using var reader = archive.Read(day);
            foreach (var wrong in reader.Check()) verdicts.Wrong("sealed whole", wrong);
            var lines = reader.Leaves().ToList();
            hashes.AddRange(lines.Select(TreeHash.Leaf));
            var entries = appended.Where(e => e.Key >= day.First && e.Key <= day.Last && e.Value is not WindowFact).Select(e =>
                new LogEntry(e.Key, e.Value));
            // What a worn card lost may have been told before, and was never sealed.
            before = how.IsWorn ? day : before;
            if (how.IsWorn) continue;
            verdicts.Check("sealed once", reader.Entries().SequenceEqual(entries.OrderBy(e => e.Sequence)), () =>
                $"entries of {day.Day} are not those of {day.First}..{day.Last}");
            WindowsOf(day, before, reader, (appended, how.IsExact), verdicts);
            before = day;
        }
        verdicts.Check("tree", hashes.SequenceEqual(archive.Leaves), () => "the file of leaf hashes is not that of the leaves");
        var (frontier, tree, size) = (new MerkleFrontier(), new MerkleTree(archive.Leaves), 0L);
        TreeHash? root = null;
        foreach (var day in archive.Days)
        {
            for (; size < day.FirstLeaf + day.LeafCount; size++) frontier.Append(hashes[(int)size]);
            var (older, old) = (root, day.FirstLeaf);
            verdicts.Check("tree", older is null || TreeProof.IsConsistent(old, older.Value, size, frontier.Root, tree.Consistency(old, size)),
                $"the tree of {day.Day} does not continue the one before");
            root = frontier.Root;
        }
    }

    private static void WindowsOf(SealedDay day, SealedDay? before, DayReader reader,
        (IReadOnlyDictionary<long, LogFact> Appended, Func<Series, bool> IsExact) of, Verdicts verdicts)
    {
        var (appended, isExact) = of;
        static DateOnly EndDay(WindowFact fact) => DateOnly.FromDateTime(fact.Aggregate.Window.End.ToDateTimeOffset().UtcDateTime.AddTicks(-1));
        // Windows of the next day wait; those that waited in the seal before are in this one.
        var expected = appended.Where(e => e.Value is WindowFact fact && (e.Key >= day.First
            ? e.Key <= day.Last && EndDay(fact) != day.Day.AddDays(1)
            : before is not null && e.Key >= before.First && EndDay(fact) == before.Day.AddDays(1)))
            .OrderBy(e => e.Key).Select(e => (WindowFact)e.Value).GroupBy(f => (f.Series.Name, Day: EndDay(f))).ToDictionary(g => g.Key);
        var blocks = reader.Blocks();
        verdicts.Check("sealed once", blocks.Select(b => (b.Series.Name, b.Day)).ToHashSet().SetEquals(expected.Keys)
            && blocks.Count == expected.Count,
            $"{day.Day} has {blocks.Count} blocks where {expected.Count} were to come");
        foreach (var block in blocks)
        {
            if (!expected.TryGetValue((block.Series.Name, block.Day), out var group)) continue;
            var newest = group.GroupBy(f => (f.Aggregate.Kind, f.At)).Select(same => same.Last(f =>
                f.Aggregate.Revision == same.Max(one => one.Aggregate.Revision)))
                .OrderBy(f => f.Aggregate, Comparer<Aggregate>.Create(WindowText.Order)).ToLookup(f =>
                    isExact(f.Series) || f.Aggregate.Kind != WindowKind.Minute);
            verdicts.Check("sealed exactly", newest[true].Select(f => f.Aggregate with { Point = default })
                    .SequenceEqual(reader.Windows(block).Select(f => f.Aggregate)),
                $"windows of {block.Series.Name} on {block.Day} are not those of the log");
            verdicts.Check("sealed exactly", newest[false].Select(f => (f.At, f.Aggregate.Revision, f.Aggregate.Count))
                    .SequenceEqual(reader.Minutes(block).Select(f => (f.At, f.Aggregate.Revision, f.Aggregate.Count))),
                $"minutes of {block.Series.Name} on {block.Day} are not those of the log");
        }
    }
}
