using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Archive;

public sealed class EvidenceArchiveTests : IDisposable
{
    private readonly Scratch _scratch = Scratch.InMemory();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Text_is_found_by_its_content_and_a_changed_one_is_none()
    {
        using var archive = EvidenceArchive.Open(_scratch.File("a"));
        var sha = archive.PutText("{\"é\":1}");
        Assert.Equal(TreeHash.Of("{\"é\":1}"u8).ToString(), sha);
        Assert.Equal(sha, archive.PutText("{\"é\":1}"));
        Assert.Equal("{\"é\":1}", archive.Text(sha));
        Assert.Equal([sha], archive.Texts());
        File.AppendAllText(Path.Combine(archive.Folder, "texts", sha), " ");
        Assert.Null(archive.Text(sha));
        Assert.Null(archive.Text("../../etc/passwd"));
        // What is stored again is whole again.
        archive.PutText("{\"é\":1}");
        Assert.NotNull(archive.Text(sha));
    }

    [Fact]
    public void Newest_day_that_is_damaged_is_set_aside_and_sealed_again()
    {
        using var life = new SealedLife(_scratch, 21);
        life.Live(TimeSpan.FromDays(3), restarting: false);
        life.SealDue();
        var (leaves, newest) = (life.Archive.Leaves.ToArray(), life.Archive.Days[^1]);
        var path = life.Archive.PathOf(newest.Day);
        using (var file = new FileStream(path, FileMode.Open)) file.SetLength(file.Length - 7);
        life.Restart();
        Assert.Contains(path, Assert.Single(life.Archive.Health().Damaged), StringComparison.Ordinal);
        Assert.DoesNotContain(newest.Day, life.Archive.Days.Select(d => d.Day));
        Assert.Equal([newest.Day], life.SealDue().Select(d => d.Day));
        Assert.Equal(leaves, life.Archive.Leaves);
        DaySealerTests.Hold(life);
    }

    /// <summary>Every bit of a day's file is under a checksum: whichever turns is named, and nothing wrong is answered.</summary>
    [Fact]
    public void Turned_bit_anywhere_in_a_day_is_found()
    {
        using var life = new SealedLife(_scratch, 22, points: 3);
        life.Live(TimeSpan.FromDays(1.2), restarting: false);
        life.SealDue();
        var day = life.Archive.Days[^1];
        var path = life.Archive.PathOf(day.Day);
        var whole = File.ReadAllBytes(path);
        var random = new Random(22);
        for (var round = 0; round < 400; round++)
        {
            var bytes = whole.ToArray();
            var at = random.Next(bytes.Length);
            bytes[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, bytes);
            IReadOnlyList<string> found;
            try
            {
                using var reader = life.Archive.Read(day);
                found = reader.Check();
            }
            catch (InvalidDataException e)
            {
                found = [e.Message];
            }
            Assert.True(found.Count > 0 && found.All(text => text.Contains(path, StringComparison.Ordinal)), $"byte {at}: {string.Join(" ", found)}");
        }
    }

    [Fact]
    public void Leaves_are_found_by_their_index_and_the_day_by_its_leaf()
    {
        using var life = new SealedLife(_scratch, 23);
        life.Live(TimeSpan.FromDays(3), restarting: false);
        life.SealDue();
        for (var leaf = 0; leaf < life.Archive.Leaves.Count; leaf++)
            Assert.Equal(life.Archive.Leaves[leaf], TreeHash.Leaf(life.Archive.Leaf(leaf)));
        Assert.Null(life.Archive.FindLeaf(life.Archive.Leaves.Count));
        Assert.All(life.Archive.Days, day => Assert.IsType<DayLeaf>(Leaf.Parse(life.Archive.Leaf(day.FirstLeaf + day.LeafCount - 1))));
        var entries = life.Archive.Entries(life.Archive.Days[1].Day).ToArray();
        Assert.Equal(life.Appended.Where(e => e.Fact is not WindowFact && e.Sequence >= life.Archive.Days[1].First
            && e.Sequence <= life.Archive.Days[^1].Last), entries);
    }

    [Fact]
    public void Log_that_is_lost_with_its_guard_goes_on_after_what_is_sealed()
    {
        using var life = new SealedLife(_scratch, 24);
        life.Live(TimeSpan.FromDays(2), restarting: false);
        life.SealDue();
        var last = life.Archive.Days[^1].Last;
        life.Log.Dispose();
        foreach (var path in Directory.GetFiles(_scratch.Folder, "log.db*")) File.Delete(path);
        life.Restart();
        Assert.True(life.Log.Head > last);
        Assert.Equal(IncidentKind.LogSalvaged, life.Log.Lost!.Kind);
    }

    [Fact]
    public void Archive_on_a_disk_that_cannot_be_written_is_said_to_be_so()
    {
        var blocked = _scratch.Write("blocked", "a file where the folder should be");
        Assert.Throws<LogUnavailableException>(() => EvidenceArchive.Open(blocked));
    }
}
