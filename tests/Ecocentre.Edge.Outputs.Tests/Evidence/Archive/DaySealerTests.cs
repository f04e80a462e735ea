using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Archive;

public sealed class DaySealerTests : IDisposable
{
    private readonly Scratch _scratch = Scratch.InMemory();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_entry_ends_in_exactly_one_leaf_and_the_same_log_gives_the_same_bytes(int round)
    {
        var seed = Environment.TickCount + round;
        using var life = new SealedLife(_scratch, seed);
        life.Live(TimeSpan.FromDays(9));
        life.SealDue();
        Assert.True(life.Archive.Days.Count > 3, $"seed {seed}: {life.Archive.Days.Count} days");
        try
        {
            Hold(life);
            using var again = EvidenceArchive.Open(_scratch.File("again"));
            var sealer = new DaySealer(life.Log, again, SealedLife.IsExact);
            while (sealer.SealNext(life.Now, TestContext.Current.CancellationToken) is not null)
            {
            }
            Assert.Equal(Bytes(life.Archive), Bytes(again));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}", e);
        }
    }

    [Fact]
    public void Seal_cut_anywhere_is_done_again_to_the_same_bytes()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var life = new SealedLife(_scratch, seed, points: 3);
        life.Live(TimeSpan.FromDays(2.5), sealing: false, restarting: false);
        using var whole = EvidenceArchive.Open(_scratch.File("whole"));
        var days = new List<SealedDay>();
        while (new DaySealer(life.Log, whole, SealedLife.IsExact).SealNext(life.Now, TestContext.Current.CancellationToken) is { } day) days.Add(day);
        Assert.NotEmpty(days);
        var expected = Bytes(whole);
        for (var cut = 0; cut < 40; cut++)
        {
            var folder = _scratch.File($"cut-{cut}");
            // What a crash may leave of the last day: a piece under the passing name, or the day under its name and a piece of its hashes.
            CopyFolder(whole.Folder, folder);
            var (last, leaves) = (days[^1], Path.Combine(folder, "leaves"));
            var file = Path.Combine(folder, Path.GetRelativePath(whole.Folder, whole.PathOf(last.Day)));
            if (cut % 2 == 0)
            {
                Cut(file, random);
                File.Move(file, DayWriter.PassingName(file));
                SetLength(leaves, last.FirstLeaf * TreeHash.Bytes);
            }
            else
            {
                SetLength(leaves, random.NextInt64(last.FirstLeaf * TreeHash.Bytes, (last.FirstLeaf + last.LeafCount) * TreeHash.Bytes));
                if (cut % 4 == 3) Flip(leaves, random);
            }
            using (var archive = EvidenceArchive.Open(folder))
            {
                var sealer = new DaySealer(life.Log, archive, SealedLife.IsExact);
                while (sealer.SealNext(life.Now, TestContext.Current.CancellationToken) is not null)
                {
                }
            }
            using var reopened = EvidenceArchive.OpenForReading(folder);
            Assert.True(expected.SequenceEqual(Bytes(reopened)), $"seed {seed}, cut {cut}");
            Assert.Empty(Directory.GetFiles(folder, "*.part", SearchOption.AllDirectories));
        }
    }

    [Fact]
    public void Cancelled_seal_changes_nothing()
    {
        using var life = new SealedLife(_scratch, 1);
        life.Live(TimeSpan.FromDays(1.5), sealing: false, restarting: false);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => life.Sealer.SealNext(life.Now, cancelled.Token));
        Assert.Empty(life.Archive.Days);
        Assert.Empty(life.Archive.Leaves);
        Assert.NotNull(life.Sealer.SealNext(life.Now, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Day_that_is_not_over_for_long_enough_waits()
    {
        using var life = new SealedLife(_scratch, 2);
        life.Live(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(19), sealing: false, restarting: false);
        // Of the day before, whose last windows closed in the first minutes.
        Assert.Equal([new DateOnly(2026, 11, 1)], life.SealDue().Select(day => day.Day));
        Assert.True(life.Sealer.DueAt(life.Now) > life.Now);
    }

    [Fact]
    public void Days_off_have_no_file_and_the_next_one_says_which_went_before()
    {
        using var life = new SealedLife(_scratch, 3);
        var start = Facts.Start;
        life.Append(Facts.Windows(life.Plant, WindowKind.Hour, start, new Random(1)));
        using var later = EvidenceLog.Open(_scratch.File("other.db"), "lyon-1", LogOptions.Default, start);
        later.Append(Facts.Windows(life.Plant, WindowKind.Hour, start, new Random(1)), [], start + TimeSpan.FromHours(1));
        later.Append(Facts.Windows(life.Plant, WindowKind.Hour, start + TimeSpan.FromDays(700), new Random(2)), [], start + TimeSpan.FromDays(700.1));
        using var archive = EvidenceArchive.Open(_scratch.File("other.archive"));
        var sealer = new DaySealer(later, archive, SealedLife.IsExact);
        var now = start + TimeSpan.FromDays(705);
        var first = sealer.SealNext(now, TestContext.Current.CancellationToken)!;
        var second = sealer.SealNext(now, TestContext.Current.CancellationToken)!;
        Assert.Null(sealer.SealNext(now, TestContext.Current.CancellationToken));
        Assert.Equal(700, second.Day.DayNumber - first.Day.DayNumber);
        Assert.Equal(first.Day, second.Previous);
        Assert.Equal(first.Last + 1, second.First);
    }

    [Fact]
    public void Windows_of_a_clock_that_was_far_ahead_are_sealed_at_once_and_hold_nothing_back()
    {
        using var life = new SealedLife(_scratch, 4);
        life.Append(Facts.Windows(life.Plant, WindowKind.Hour, Facts.Start - TimeSpan.FromHours(1), new Random(1))
            .Concat(Facts.Windows(life.Plant, WindowKind.Hour, Facts.Start + TimeSpan.FromDays(1_500), new Random(1))));
        var day = life.Sealer.SealNext(Facts.Start + TimeSpan.FromDays(1.5), TestContext.Current.CancellationToken)!;
        Assert.Equal([new DateOnly(2030, 12, 11)], day.OtherDays);
        Assert.Equal(life.Log.Head, life.Archive.SealedThrough);
    }

    [Fact]
    public void What_is_not_sealed_stays_in_the_log()
    {
        using var life = new SealedLife(_scratch, 5, options: LogOptions.Default);
        life.Log.HoldAfter(0);
        life.Live(TimeSpan.FromDays(12), sealing: false, restarting: false);
        life.Log.Prune(life.Now);
        Assert.Equal(life.Appended, life.Log.Read(0, int.MaxValue));
        life.SealDue();
        for (var more = 0; more < 20; more++) life.Log.Prune(life.Now);
        Assert.InRange(life.Log.Read(0, int.MaxValue).Count, 1, life.Appended.Count - 1);
        Assert.Equal(0, life.Log.Health().Dropped);
    }

    /// <summary>Holds an archive against all that was appended: by the days' heads it is known which seal each entry belongs to.</summary>
    internal static void Hold(SealedLife life)
    {
        var hashes = new List<TreeHash>();
        SealedDay? before = null;
        foreach (var day in life.Archive.Days)
        {
            Assert.Equal(before?.Day, day.Previous);
            Assert.Equal((before?.Last ?? 0) + 1, day.First);
            Assert.Equal(hashes.Count, day.FirstLeaf);
            using var reader = life.Archive.Read(day);
            Assert.Empty(reader.Check());
            var lines = reader.Leaves().ToArray();
            hashes.AddRange(lines.Select(TreeHash.Leaf));
            var leaves = lines.Select(Leaf.Parse).ToArray();
            Assert.Equal(new DayLeaf(day.Day, day.First, day.Last, day.Blocks, day.Entries, day.Previous), leaves[^1]);
            var entries = life.Appended.Where(e => e.Sequence >= day.First && e.Sequence <= day.Last && e.Fact is not WindowFact);
            Assert.Equal(entries, leaves.OfType<EntryLeaf>().Select(leaf => new LogEntry(leaf.Sequence, leaf.Fact)));
            HoldWindows(life, day, before, reader);
            before = day;
        }
        Assert.Equal(hashes, life.Archive.Leaves);
        var frontier = new MerkleFrontier();
        foreach (var hash in hashes) frontier.Append(hash);
        Assert.Equal(frontier.Root, new MerkleTree(life.Archive.Leaves).Root());
    }

    private static void HoldWindows(SealedLife life, SealedDay day, SealedDay? before, DayReader reader)
    {
        static DateOnly EndDay(WindowFact fact) => DateOnly.FromDateTime(fact.Aggregate.Window.End.ToDateTimeOffset().UtcDateTime.AddTicks(-1));
        var belong = life.Appended.Where(e => e.Fact is WindowFact fact && (e.Sequence >= day.First && e.Sequence <= day.Last
            ? EndDay(fact) <= day.Day
            : e.Sequence < day.First && EndDay(fact) == day.Day && e.Sequence > (before is null ? 0 : before.First - 1)
                && before?.Day.AddDays(1) == day.Day));
        var expected = belong.Select(e => (WindowFact)e.Fact).GroupBy(f => (f.Series.Name, Day: EndDay(f)))
            .OrderBy(g => g.Key.Name, StringComparer.Ordinal).ThenBy(g => g.Key.Day).ToArray();
        var blocks = reader.Blocks();
        Assert.Equal(expected.Select(g => g.Key), blocks.Select(b => (b.Series.Name, b.Day)));
        foreach (var (group, block) in expected.Zip(blocks))
        {
            var newest = group.GroupBy(f => (f.Aggregate.Kind, f.At))
                .Select(same => same.Last(f => f.Aggregate.Revision == same.Max(one => one.Aggregate.Revision)))
                .OrderBy(f => f.Aggregate.Kind).ThenBy(f => f.At).ToArray();
            var exact = SealedLife.IsExact(block.Series);
            Assert.Equal(newest.Where(f => exact || f.Aggregate.Kind != WindowKind.Minute), reader.Windows(block));
            HoldMinutes([.. newest.Where(f => !exact && f.Aggregate.Kind == WindowKind.Minute)], reader.Minutes(block));
            var parts = life.Archive.Days.Where(d => d.Day < day.Day).Sum(d => life.Archive.Read(d).Using(r => r.Blocks(block.Series.Name)
                .Count(b => b.Day == block.Day)));
            Assert.Equal(parts + 1, block.Part);
        }
    }

    private static void HoldMinutes(WindowFact[] expected, IReadOnlyList<WindowFact> found)
    {
        Assert.Equal(expected.Length, found.Count);
        foreach (var (one, other) in expected.Zip(found))
        {
            var (a, b) = (one.Aggregate, other.Aggregate);
            Assert.Equal((one.Series, a.Window, a.Revision, a.Count), (other.Series, b.Window, b.Revision, b.Count));
            // Half of the tenth of a watt and of the Wh that are declared for these.
            foreach (var (x, y) in new[] { (a.Min, b.Min), (a.Max, b.Max), (a.Mean, b.Mean), (a.Last, b.Last), (a.Delta, b.Delta), (a.Coverage,
                b.Coverage) })
                Assert.True(double.IsNaN(x) == double.IsNaN(y) && !(Math.Abs(x - y) > 0.0501), $"{x} became {y}");
        }
    }

    private static string[] Bytes(EvidenceArchive archive) =>
        [.. Directory.GetFiles(archive.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => $"{Path.GetRelativePath(archive.Folder, path)} {TreeHash.Of(ReadShared(path))}")];

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, ReadShared(path));
        }
    }

    private static void Cut(string path, Random random) => SetLength(path, random.NextInt64(new FileInfo(path).Length));

    private static void SetLength(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.SetLength(length);
    }

    private static void Flip(string path, Random random)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length == 0) return;
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        File.WriteAllBytes(path, bytes);
    }
}

internal static class Used
{
    /// <summary>Asks something of what is disposed after it.</summary>
    internal static TAnswer Using<T, TAnswer>(this T used, Func<T, TAnswer> ask) where T : IDisposable
    {
        using (used) return ask(used);
    }
}
