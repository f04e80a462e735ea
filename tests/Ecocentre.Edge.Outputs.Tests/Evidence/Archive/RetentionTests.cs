using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Archive;

public sealed class RetentionTests : IDisposable
{
    private static readonly ArchiveOptions Ample = ArchiveOptions.Default with { OccupancyMinutesKeep = TimeSpan.FromDays(2_000),
        MinutesKeep = TimeSpan.FromDays(2_000) };

    private readonly Scratch _scratch = Scratch.InMemory();
    private readonly SealedLife _life;
    private readonly TreeHash[] _leaves;
    private readonly TreeHash _root;

    public RetentionTests()
    {
        _life = new SealedLife(_scratch, 11);
        _life.Live(TimeSpan.FromDays(5), restarting: false);
        _life.SealDue();
        _leaves = [.. _life.Archive.Leaves];
        _root = new MerkleTree(_life.Archive.Leaves).Root();
    }

    public void Dispose()
    {
        _life.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void Old_minutes_go_and_their_leaves_stay()
    {
        var before = _life.Archive.Health().Bytes;
        Assert.Null(Apply(Ample with { MinutesKeep = TimeSpan.FromDays(2) }));
        Assert.True(_life.Archive.Health().Bytes < before);
        foreach (var day in _life.Archive.Days)
        {
            using var reader = _life.Archive.Read(day);
            var isOld = _life.Now - SealedDay.Start(day.Day.AddDays(1)) >= TimeSpan.FromDays(2);
            Assert.All(reader.Blocks(), block =>
            {
                Assert.Equal(block.MinuteCount > 0 && !isOld, block.HasMinutes);
                Assert.Equal(block.HasMinutes, reader.Minutes(block).Count > 0);
                Assert.Equal(block.WindowCount, reader.Windows(block).Count);
            });
        }
        Hold();
        // Done once, there is nothing to do again.
        var stamps = Stamps();
        Assert.Null(Apply(Ample with { MinutesKeep = TimeSpan.FromDays(2) }));
        Assert.Equal(stamps, Stamps());
    }

    [Fact]
    public void Minutes_that_tell_who_is_there_go_earlier_and_a_point_may_be_kept_longer()
    {
        var kept = _life.Plant[3].Name;
        Apply(ArchiveOptions.Default with
        {
            MinutesKeep = TimeSpan.FromDays(3), OccupancyMinutesKeep = TimeSpan.FromDays(1),
            Points = ImmutableDictionary<string, PointKeep>.Empty.Add(kept, new PointKeep(TimeSpan.FromDays(100), null)),
        });
        foreach (var day in _life.Archive.Days)
        {
            using var reader = _life.Archive.Read(day);
            var age = _life.Now - SealedDay.Start(day.Day.AddDays(1));
            foreach (var block in reader.Blocks().Where(b => b.MinuteCount > 0))
                Assert.Equal(age < TimeSpan.FromDays(block.Series.Name == kept ? 100 : block.Series.Quantity == "people" ? 1 : 3), block.HasMinutes);
        }
        Hold();
    }

    [Fact]
    public void Too_many_bytes_take_the_oldest_minutes_then_the_oldest_windows_and_are_told()
    {
        var bytes = _life.Archive.Health().Bytes;
        var said = Apply(Ample with { BytesMax = bytes / 2 });
        Assert.Equal(IncidentKind.EntriesDropped, said!.Kind);
        Assert.Contains("minutes of", said.Text, StringComparison.Ordinal);
        Assert.InRange(_life.Archive.Health().Bytes, 1, bytes / 2);
        Assert.Equal(_life.Archive.Days.OrderBy(d => d.MinuteBlocks > 0), _life.Archive.Days);
        Hold();
        Assert.Null(Apply(Ample with { BytesMax = bytes / 2 }));
    }

    [Fact]
    public void Retention_cut_short_leaves_the_day_as_it_was()
    {
        var day = _life.Archive.Days[0];
        var path = _life.Archive.PathOf(day.Day);
        File.WriteAllText(DayWriter.PassingName(path), "half of a day");
        using var again = EvidenceArchive.Open(_life.Archive.Folder);
        Assert.False(File.Exists(DayWriter.PassingName(path)));
        Assert.Equal(_life.Archive.Days.Select(d => (d.Day, d.Bytes)), again.Days.Select(d => (d.Day, d.Bytes)));
    }

    private Incident? Apply(ArchiveOptions options) => Retention.Apply(_life.Archive, options, _life.Now, TestContext.Current.CancellationToken);

    private DateTime[] Stamps() => [.. _life.Archive.Days.Select(day => File.GetLastWriteTimeUtc(_life.Archive.PathOf(day.Day)))];

    private void Hold()
    {
        using var again = EvidenceArchive.OpenForReading(_life.Archive.Folder);
        Assert.Equal(_leaves, again.Leaves);
        Assert.Equal(_root, new MerkleTree(again.Leaves).Root());
        Assert.Equal(_life.Archive.Days.Select(d => d with { OtherDays = [] }), again.Days.Select(d => d with { OtherDays = [] }));
        foreach (var day in again.Days)
        {
            using var reader = again.Read(day);
            Assert.Empty(reader.Check());
        }
    }
}
