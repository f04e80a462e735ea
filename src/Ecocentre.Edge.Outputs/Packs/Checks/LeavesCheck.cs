using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>Every leaf is in the tree at its place, and the days follow each other without a gap.</summary>
internal static class LeavesCheck
{
    internal const string Name = "leaves", Days = "days";

    internal static void Run(PackReader pack, TreeHash[] hashes, FindingList found)
    {
        try
        {
            var days = new DaysInOrder(pack.About, found);
            var count = 0L;
            foreach (var leaf in pack.Leaves())
            {
                Hold(leaf, hashes, found);
                days.Take(leaf, Leaf.Parse(leaf.Line));
                count++;
            }
            if (count != pack.About.LeafCount) found.Fault(Name, PackNames.Leaves, $"has {count} lines; {PackNames.About} tells of {pack.About.LeafCount}.");
            days.Finish();
            var (more, last) = (0L, -1L);
            foreach (var leaf in pack.MoreLeaves())
            {
                Hold(leaf, hashes, found);
                if (leaf.Index <= last) found.Fault(Name, leaf.Place, $"leaf {leaf.Index} stands behind leaf {last}.");
                (more, last) = (more + 1, leaf.Index);
            }
            found.Done(Name, $"{count} leaves from {pack.About.FirstLeaf} on and {more} others, each at its place in the tree");
            found.Done(Days, $"{days.Count} sealed days, {days.Entries} incidents and records, no gap in their numbers");
        }
        catch (Exception e) when (e is PackException or FormatException)
        {
            found.Fault(Name, (e as PackException)?.Where ?? PackNames.Leaves, (e as PackException)?.Text ?? e.Message);
        }
    }

    private static void Hold(PackLeaf leaf, TreeHash[] hashes, FindingList found)
    {
        if (leaf.Index < 0 || leaf.Index >= hashes.Length) found.Fault(Name, leaf.Place, $"leaf {leaf.Index} is not in the tree.");
        else if (TreeHash.Leaf(leaf.Line) != hashes[leaf.Index]) found.Fault(Name, leaf.Place, $"is not leaf {leaf.Index} of the tree: it was changed.");
    }

    /// <summary>Counts leaves into days.</summary>
    private sealed class DaysInOrder(PackAbout about, FindingList found)
    {
        private int _blocks, _entries;
        private long _first, _last;
        private DayLeaf? _before;
        private Leaf? _previous;

        internal int Count { get; private set; }

        internal long Entries { get; private set; }

        internal void Take(PackLeaf at, Leaf leaf)
        {
            if (!IsInOrder(_previous, leaf)) found.Fault(Days, at.Place, "stands where it should not: blocks by point, entries by sequence, then the day.");
            _previous = leaf is DayLeaf ? null : leaf;
            switch (leaf)
            {
                case BlockLeaf:
                    _blocks++;
                    break;
                case EntryLeaf entry:
                    if (_entries++ == 0) _first = entry.Sequence;
                    _last = entry.Sequence;
                    Entries++;
                    break;
                case DayLeaf day:
                    Close(at.Place, day);
                    break;
            }
        }

        internal void Finish()
        {
            if (_blocks + _entries > 0) found.Fault(Days, PackNames.Leaves, "does not end with the leaf of a day.");
        }

        private static bool IsInOrder(Leaf? before, Leaf now) => (before, now) switch
        {
            (BlockLeaf a, BlockLeaf b) => Compare(a, b) < 0,
            (EntryLeaf a, EntryLeaf b) => a.Sequence < b.Sequence,
            (EntryLeaf, BlockLeaf) => false,
            _ => true,
        };

        private static int Compare(BlockLeaf a, BlockLeaf b) =>
            string.CompareOrdinal(a.Series.Name, b.Series.Name) is var name and not 0 ? name : (a.Day, a.Part).CompareTo((b.Day, b.Part));

        private void Close(string place, DayLeaf day)
        {
            if (day.Blocks != _blocks || day.Entries != _entries)
                found.Fault(Days, place,
                    $"{day.Day:yyyy-MM-dd} has {_blocks} blocks and {_entries} entries; its leaf tells of {day.Blocks} and {day.Entries}.");
            if (_entries > 0 && (_first < day.First || _last > day.Last))
                found.Fault(Days, place, $"{day.Day:yyyy-MM-dd} has entries {_first} to {_last}; its leaf seals {day.First} to {day.Last}.");
            if (_before is { } before && (day.Previous != before.Day || day.First != before.Last + 1))
                found.Fault(Days, place, $"{day.Day:yyyy-MM-dd} seals from {day.First} on and follows {day.Previous:yyyy-MM-dd}; "
                    + $"{before.Day:yyyy-MM-dd} was sealed before it, up to {before.Last}.");
            if (_before is null && day.Day < about.FirstDay) found.Fault(Days, place, $"{day.Day:yyyy-MM-dd} lies before the pack's first day.");
            (_blocks, _entries, _before) = (0, 0, day);
            Count++;
        }
    }
}
