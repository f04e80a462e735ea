using System.Security.Cryptography;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Outputs.Evidence.Checking;
using Ecocentre.Edge.Outputs.Tests.Evidence.Archive;
using Ecocentre.Edge.Peers;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Checking;

/// <summary>Damage of every kind at rest is found and named, and what is whole is said to be.</summary>
public sealed class EvidenceCheckTests(LivedFolder lived) : IClassFixture<LivedFolder>, IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private string LogPath => _scratch.File("log.db");

    private string Archive => EvidenceArchive.FolderOf(LogPath);

    [Fact]
    public void Whole_folder_is_whole_while_it_is_written_and_after()
    {
        using (var life = Lived())
        {
            Assert.Empty(Damage());
            life.Append(Facts.Incident(Facts.Start, "one more"));
            Assert.Empty(Damage());
        }
        var check = Check();
        Assert.True(check.IsWhole);
        Assert.Contains(check.Parts, part => part.Part == "archive" && part.Looked.Contains("5 days", StringComparison.Ordinal));
        Assert.Contains(check.Parts, part => part.Part == "log" && part.Looked.Contains("pages", StringComparison.Ordinal));
    }

    /// <summary>In the moment of a seal the day's file is there and its hashes are not yet.</summary>
    [Fact]
    public void What_a_second_look_does_not_find_is_not_said_and_what_it_finds_again_is()
    {
        using (Lived()) { }
        var leaves = Path.Combine(Archive, "leaves");
        var (whole, day) = (File.ReadAllBytes(leaves), Days()[1]);
        File.WriteAllBytes(leaves, whole[..^32]);
        File.AppendAllText(day, "x");
        var first = Check();
        File.WriteAllBytes(leaves, whole);
        var second = Check().WithoutPassing(first);
        Assert.Contains(first.Findings, finding => finding.Where == leaves);
        Assert.DoesNotContain(second.Findings, finding => finding.Where == leaves);
        Assert.Contains(second.Findings, finding => finding.Where == day);
        // What only the second look meets is not said either: it may be in the making now.
        Assert.True(Check().WithoutPassing(new EvidenceCheck([], [])).IsWhole);
    }

    [Fact]
    public void Sequences_that_jumped_after_a_loss_are_explained_by_the_log_itself()
    {
        using (Lived()) { }
        File.Delete(LogPath);
        using (EvidenceLog.Open(LogPath, "lyon-1", LogOptions.Default, Facts.Start + TimeSpan.FromDays(5))) { }
        // Log and archive no longer meet: that is said, and nothing else.
        Assert.Contains("neither in the log nor in the archive", Assert.Single(Damage()).Meaning, StringComparison.Ordinal);
    }

    /// <summary>Goal: one flipped bit anywhere in a day file is found, the day is named, and no other file is blamed.</summary>
    [Fact]
    public void Flipped_bit_in_a_day_file_is_found_and_named()
    {
        using (Lived()) { }
        var random = new Random(11);
        foreach (var path in Days())
        {
            var whole = File.ReadAllBytes(path);
            for (var round = 0; round < 8; round++)
            {
                var flipped = (byte[])whole.Clone();
                var at = random.Next(flipped.Length);
                flipped[at] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(path, flipped);
                var findings = new List<EvidenceFinding>();
                new ArchiveCheck(LogPath, findings).Run([], _ => { }, default);
                Assert.True(findings.Count > 0, $"Byte {at} of {path} was flipped and nothing was found.");
                Assert.Contains(findings, finding => finding.Where == path);
                Assert.All(findings, finding => Assert.True(finding.Where == path || finding.Where == Archive
                    || finding.Where.EndsWith("/leaves", StringComparison.Ordinal),
                    $"{finding} is blamed for byte {at} of {path}."));
            }
            File.WriteAllBytes(path, whole);
        }
        Assert.Empty(Damage());
    }

    [Fact]
    public void Flipped_bit_in_a_page_of_the_log_is_named_by_its_sequences()
    {
        using (Lived()) { }
        using (var connection = new SqliteConnection($"Data Source={LogPath};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE evidence SET body = substr(body, 1, length(body) - 1) || x'00' WHERE last = (SELECT max(last) "
                + "FROM evidence WHERE last < 500)";
            command.ExecuteNonQuery();
        }
        var finding = Assert.Single(Damage());
        Assert.Equal(LogPath, finding.Where);
        Assert.Matches(@"The page with the sequences \d+\.\.\d+, appended at 2026-11", finding.Problem);
        Assert.Contains("evidence", finding.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_that_was_taken_out_is_named_by_its_sequences()
    {
        using (Lived()) { }
        using (var connection = new SqliteConnection($"Data Source={LogPath};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM detail WHERE last = (SELECT last FROM detail ORDER BY last LIMIT 1 OFFSET 200)";
            command.ExecuteNonQuery();
        }
        Assert.Contains("are missing, and no entry says why", Assert.Single(Damage()).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".guard", "guard")]
    [InlineData("", "log is not there")]
    [InlineData(".archive/leaves", "leaf hashes")]
    [InlineData("DAY", "is not there or cannot be read")]
    [InlineData("LAST", "last day")]
    public void File_that_is_gone_is_named_with_what_to_do(string file, string words)
    {
        using (Lived()) { }
        File.Delete(file switch { "DAY" => Days()[1], "LAST" => Days()[^1], _ => LogPath + file });
        Assert.Contains(Damage(), finding => finding.ToString().Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void Key_that_others_may_read_and_a_torn_index_are_named()
    {
        using (Lived()) { }
        File.WriteAllText(LogPath + ".key", "secret");
        File.SetUnixFileMode(LogPath + ".key", UnixFileMode.UserRead | UnixFileMode.OtherRead);
        File.AppendAllText(LogPath + ".records", "[\"12\",");
        Assert.Equal([".key", ".records"], Damage().Select(finding => Path.GetExtension(finding.Where)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Checkpoint_that_does_not_fit_the_leaves_is_named()
    {
        using (var life = Lived())
        {
            using var secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var key = new NoteKey("ecocentre-edge/lyon-1", secret.ExportSubjectPublicKeyInfo());
            var tree = new MerkleTree(life.Archive.Leaves);
            void Sign(DateOnly day, long size, TreeHash root) => File.WriteAllText(life.Archive.PathOf(day, "checkpoint"),
                SignedNote.Sign(new Checkpoint(key.Name, size, root).ToText(), key, secret).ToString());
            foreach (var day in life.Archive.Days) Sign(day.Day, day.FirstLeaf + day.LeafCount, tree.Root(day.FirstLeaf + day.LeafCount));
            Assert.Empty(Damage());
            var second = life.Archive.Days[1];
            Sign(second.Day, second.FirstLeaf + second.LeafCount, tree.Root(2));
            Assert.Contains("is not that of the first", Assert.Single(Damage()).Problem, StringComparison.Ordinal);
            Sign(second.Day, 1_000_000, tree.Root());
            Assert.Contains("1000000 leaves", Assert.Single(Damage()).Problem, StringComparison.Ordinal);
            File.WriteAllText(life.Archive.PathOf(second.Day, "checkpoint"), "no note");
            Assert.Contains("no signed checkpoint", Assert.Single(Damage()).Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Text_that_was_changed_is_named()
    {
        using var life = Lived();
        var sha = life.Archive.PutText("a profile");
        Assert.Empty(Damage());
        File.WriteAllText(Path.Combine(Archive, "texts", sha), "another");
        Assert.Contains("not what its name says", Assert.Single(Damage()).Problem, StringComparison.Ordinal);
    }

    /// <summary>The folder as some days left it.</summary>
    private SealedLife Lived()
    {
        lived.CopyTo(_scratch.Folder);
        return new SealedLife(_scratch, seed: 3);
    }

    private string[] Days() => [.. Directory.GetFiles(Archive, "*.day", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    internal static bool IsWhole(string logPath) => EvidenceCheck.Run(logPath, "lyon-1", _ => { }, default).IsWhole;

    private EvidenceCheck Check() => EvidenceCheck.Run(LogPath, "lyon-1", _ => { }, default);

    private List<EvidenceFinding> Damage() => [.. Check().Findings.Where(finding => finding.IsDamage)];
}

/// <summary>A log of four days, sealed: lived through once, because every minute of it is synced.</summary>
public sealed class LivedFolder : IDisposable
{
    private readonly Scratch _scratch = new();

    public LivedFolder()
    {
        using var life = new SealedLife(_scratch, seed: 3);
        life.Live(TimeSpan.FromDays(4.1), restarting: false);
        life.SealDue();
    }

    public void CopyTo(string folder)
    {
        foreach (var path in Directory.GetFiles(_scratch.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(_scratch.Folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }

    public void Dispose() => _scratch.Dispose();
}
