using System.Text;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Outputs.Packs.Checks;

namespace Ecocentre.Edge.Outputs.Tests.Packs.Checks;

public sealed class PackVerificationTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pack").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_pack_holds_with_its_key_and_an_older_checkpoint()
    {
        var bench = new PackBench(days: 9, air: true);
        var found = Verify(bench.Write(_folder, 4, 6), bench, bench.Sign(bench.Days[2].FirstLeaf).ToString());
        AssertGood(found);
        Assert.Contains("bit for bit", found.Checks.Single(c => c.Name == "verdicts").Text);
        // Three days of two criteria and one with the look-back, and the carbon of a week is outside.
        Assert.StartsWith("9 of 9", found.Checks.Single(c => c.Name == "verdicts").Text);
    }

    [Fact]
    public void Without_a_key_the_pack_holds_and_says_what_nobody_compared()
    {
        var bench = new PackBench(days: 4);
        var found = Verify(bench.Write(_folder));
        AssertGood(found);
        Assert.Contains(found.Remarks, r => r.Contains(bench.Key.Fingerprint.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Late_windows_and_the_verdicts_that_they_revised_are_in_the_pack_of_their_day()
    {
        var bench = new PackBench(days: 4);
        bench.LiveWithLate(PackBench.First.AddDays(4), PackBench.First.AddDays(3));
        bench.LiveWithLate(PackBench.First.AddDays(5), PackBench.First.AddDays(4));
        var found = Verify(bench.Write(_folder, 2, 3), bench);
        AssertGood(found);
        Assert.StartsWith("2 of 2", Text(found, "verdicts"));
        Assert.Contains(found.Remarks, r => r.StartsWith("1 earlier revisions", StringComparison.Ordinal));
    }

    [Fact]
    public void Keys_that_followed_each_other_lead_from_the_trusted_one_to_the_signer()
    {
        var bench = new PackBench(days: 2);
        var first = bench.Key;
        bench.Rotate();
        bench.LiveWithLate(PackBench.First.AddDays(2), PackBench.First.AddDays(1));
        bench.LiveWithLate(PackBench.First.AddDays(3), PackBench.First.AddDays(2));
        var path = bench.Write(_folder);
        var found = PackVerification.Run(path, new PackTrust { Fingerprint = first.Fingerprint }, static _ => { }, TestContext.Current.CancellationToken);
        AssertGood(found);
        Assert.NotEqual(first.Fingerprint, bench.Key.Fingerprint);
    }

    [Fact]
    public void Every_single_byte_that_changes_is_caught_and_placed()
    {
        var bench = new PackBench(days: 3);
        var path = bench.Write(_folder, 1, 1);
        AssertGood(Verify(path, bench));
        var (bytes, entries) = (File.ReadAllBytes(path), EntriesOf(path));
        output.WriteLine($"{bytes.Length} bytes");
        var trust = new PackTrust { Fingerprint = bench.Key.Fingerprint };
        var (missed, misplaced) = (new List<int>(), new List<string>());
        // All bytes take minutes: by default every so-manieth is tried, with another beginning each day.
        var every = Environment.GetEnvironmentVariable("PACK_EVERY_BYTE") is not null;
        var (step, around) = every ? (1, 1) : (41, 7);
        var day = DateTime.UtcNow.DayOfYear;
        output.WriteLine($"one in {step} bytes of the files, one in {around} around them, day {day}");
        var tried = Enumerable.Range(0, bytes.Length)
            .Where(i => entries.Any(e => i >= e.From + 30 && i < e.Until - 16) ? i % step == day % step : i % around == day % around).ToArray();
        Parallel.ForEach(tried, new ParallelOptions { MaxDegreeOfParallelism = 2 }, at =>
        {
            var changed = (byte[])bytes.Clone();
            changed[at] ^= (byte)(1 << at % 8);
            var file = Path.Combine(_folder, $"changed-{Environment.CurrentManagedThreadId}.zip");
            File.WriteAllBytes(file, changed);
            var found = PackVerification.Run(file, trust, static _ => { }, CancellationToken.None);
            var within = entries.FirstOrDefault(entry => at >= entry.From && at < entry.Until).Name;
            lock (missed)
            {
                if (found.IsGood) missed.Add(at);
                else if (!found.Faults.Any(fault => Names(fault.Where, within, at))) misplaced.Add($"{at} in {within}: {string.Join(" | ", found.Faults)}");
            }
        });
        Assert.Empty(missed);
        Assert.Empty(misplaced);

        // A byte around the files is placed by its number, or by that of the record it stands in.
        static bool Names(string where, string? within, int at) =>
            within is not null ? where.Contains(within, StringComparison.Ordinal) : where.Contains("zip", StringComparison.Ordinal) && at > 0
                || where.Contains($"byte {at}", StringComparison.Ordinal) || !where.Contains("zip", StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_of_a_larger_pack_that_change_are_caught()
    {
        const int seed = 20260327, tries = 60;
        output.WriteLine($"seed {seed}");
        var bench = new PackBench(days: 8, air: true);
        var path = bench.Write(_folder, 4, 6);
        var (bytes, random) = (File.ReadAllBytes(path), new Random(seed));
        for (var i = 0; i < tries; i++)
        {
            var changed = (byte[])bytes.Clone();
            var at = random.Next(bytes.Length);
            changed[at] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(path, changed);
            Assert.False(PackVerification.Run(path, new PackTrust(), static _ => { }, CancellationToken.None).IsGood, $"byte {at}");
        }
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("append")]
    [InlineData("empty")]
    [InlineData("text")]
    public void What_is_no_pack_any_more_is_said_not_thrown(string what)
    {
        var path = new PackBench(days: 3).Write(_folder, 1, 1);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, what switch
        {
            "cut" => bytes[..^(bytes.Length / 3)], "append" => [.. bytes, 0], "empty" => [], _ => "PK no zip"u8.ToArray(),
        });
        var found = Verify(path);
        Assert.False(found.IsGood);
        Assert.Contains(found.Faults, f => f.Check == "container");
    }

    /// <summary>Somebody packs the zip anew with other files in it, and signs nothing: they have no key.</summary>
    [Theory]
    [InlineData("drop")]
    [InlineData("swap")]
    [InlineData("twice")]
    [InlineData("more")]
    public void Files_dropped_swapped_doubled_or_added_are_caught_and_named(string what)
    {
        var path = new PackBench(days: 5, air: true).Write(_folder, 2, 3);
        Repack.Run(path, files =>
        {
            var (a, b) = (files.FindIndex(f => f.Name == "windows/hall.co2.csv"), files.FindIndex(f => f.Name == "windows/main.energy.csv"));
            switch (what)
            {
                case "drop":
                    files.RemoveAt(b);
                    break;
                case "swap":
                    (files[a], files[b]) = ((files[a].Name, files[b].Content), (files[b].Name, files[a].Content));
                    break;
                case "twice":
                    files.Add(files[b]);
                    break;
                default:
                    files.Add(("windows/spare.csv", files[b].Content));
                    break;
            }
        });
        var found = Verify(path);
        Assert.False(found.IsGood);
        var named = what switch { "twice" => "directory", "more" => "windows/spare.csv", _ => "windows/main.energy.csv" };
        Assert.Contains(found.Faults, f => f.Where.Contains(named, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("leaves.jsonl")]
    [InlineData("windows/main.energy.csv")]
    [InlineData("more-leaves.jsonl")]
    [InlineData("leaf-hashes.bin")]
    public void Lines_dropped_swapped_or_doubled_are_caught_under_good_digests(string name)
    {
        var bench = new PackBench(days: 6);
        foreach (var change in new Func<List<string>, List<string>>[]
        {
            lines => [.. lines.Take(1), .. lines.Skip(2)], lines => [lines[0], lines[2], lines[1], .. lines.Skip(3)], lines => [lines[0],
                lines[1], lines[1], .. lines.Skip(2)],
        })
        {
            var path = bench.Write(_folder, 3, 4);
            // The attacker has the key and signs whatever they like; only the tree stands against it.
            Repack.Run(path, files => Repack.Change(files, name, text => name.EndsWith(".bin", StringComparison.Ordinal)
                ? string.Concat(change([.. text.Chunk(32).Select(c => new string(c))])) : string.Join('\n', change([.. text.Split('\n')]))), bench.Sign);
            var found = Verify(path, bench);
            Assert.Contains(found.Faults, f => f.Where.Contains(name, StringComparison.Ordinal) || f.Where.Contains("leaves.jsonl", StringComparison.Ordinal)
                // Without the leaf that names them, the texts of the configuration belong to nothing.
                || name == "more-leaves.jsonl" && f.Where.StartsWith("configuration/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_verdict_edited_in_both_tables_with_good_digests_is_held_against_its_leaf()
    {
        var bench = new PackBench(days: 4);
        var path = bench.Write(_folder);
        Repack.Run(path, files =>
        {
            Repack.Change(files, "verdicts.json", text => text.Replace("\"final\":true", "\"final\":false", StringComparison.Ordinal));
            Repack.Change(files, "verdicts.csv", text => text.Replace(",level3,", ",level2,", StringComparison.Ordinal));
        }, bench.Sign);
        var found = Verify(path, bench);
        Assert.Contains(found.Faults, f => f.Check == "tables" && f.Where == "verdicts.json, line 2");
        Assert.Contains(found.Faults, f => f.Check == "tables" && f.Where == "verdicts.csv, line 2");
    }

    [Fact]
    public void A_verdict_forged_down_to_the_signed_tree_is_caught_by_judging_again()
    {
        var bench = new PackBench(days: 4);
        // Who has the box can sign anything, in every place consistently.
        bench.Rewrite(line => line.Contains("\"kind\":\"verdict\"", StringComparison.Ordinal)
            ? line.Replace("\"level\":\"level3\"", "\"level\":\"level2\"", StringComparison.Ordinal) : line);
        bench.Rewrite(Recheckpoint(bench));
        var found = Verify(bench.Write(_folder), bench);
        Assert.Contains(found.Faults, f => f.Check == "verdicts" && f.Text.Contains("\"level\"", StringComparison.Ordinal));
        Assert.DoesNotContain(found.Faults, f => f.Check is "container" or "digests" or "leaves" or "windows" or "tables" or "keys");
    }

    /// <summary>Another engine's verdicts that come out otherwise are neither called forged nor passed: it is said which engine, and which release
    /// has it.</summary>
    [Theory]
    [InlineData(JudgingEngine.Version + 1, "engine 3")]
    [InlineData(null, "before they were numbered")]
    public void Verdicts_of_another_engine_that_differ_are_left_open(int? engine, string words)
    {
        var bench = new PackBench(days: 4, engine: engine);
        var same = Verify(bench.Write(_folder), bench);
        AssertGood(same);
        Assert.Empty(same.Open);
        Assert.Contains(same.Remarks, r => r.Contains(words, StringComparison.Ordinal) && r.Contains("the same figures", StringComparison.Ordinal));
        bench.Rewrite(line => line.Contains("\"kind\":\"verdict\"", StringComparison.Ordinal)
            ? line.Replace("\"level\":\"level3\"", "\"level\":\"level2\"", StringComparison.Ordinal) : line);
        bench.Rewrite(Recheckpoint(bench));
        var found = Verify(bench.Write(_folder), bench);
        AssertGood(found);
        var open = Assert.Single(found.Open);
        Assert.Contains(words, open, StringComparison.Ordinal);
        Assert.Contains($"this program has engine {JudgingEngine.Version}", open, StringComparison.Ordinal);
        Assert.Contains("take release 0", open, StringComparison.Ordinal);
        Assert.True(found.Checks.Single(check => check.Name == "verdicts").IsOpen);
    }

    [Fact]
    public void A_time_stamp_is_held_against_the_checkpoint_of_the_pack()
    {
        var bench = new PackBench(days: 3) { Stamp = [1, 2, 3] };
        var path = bench.Write(_folder, 1, 1);
        Assert.Contains(Verify(path).Remarks, r => r.Contains("openssl ts -verify", StringComparison.Ordinal));
        byte[]? content = null;
        PackFindings Look(StampFinding says) => PackVerification.Run(path, new PackTrust
        {
            LookAtStamp = (of, stamp) =>
            {
                Assert.Equal([1, 2, 3], stamp);
                content = of;
                return says;
            },
        }, static _ => { }, TestContext.Current.CancellationToken);
        var good = Look(new StampFinding("at noon", Remark: "by whom, nobody said"));
        AssertGood(good);
        Assert.Equal("at noon", Text(good, "time stamp"));
        Assert.Contains("by whom, nobody said", good.Remarks);
        Assert.Equal(bench.Sign(bench.Days[^1].FirstLeaf + bench.Days[^1].LeafCount).Text, Encoding.UTF8.GetString(content!).Split("\n\n")[0] + "\n");
        var wrong = Look(new StampFinding("stamps something else.", IsWrong: true));
        Assert.Contains(wrong.Faults, fault => fault is { Check: "time stamp", Where: "checkpoint.tsr", Text: "stamps something else." });
    }

    [Fact]
    public void A_log_signed_by_somebody_elses_key_is_caught_by_the_key_that_is_trusted()
    {
        var bench = new PackBench(days: 4);
        var trusted = bench.Key.Fingerprint;
        bench.Usurp();
        bench.Rewrite(Recheckpoint(bench));
        var path = bench.Write(_folder);
        AssertGood(Verify(path));
        var found = PackVerification.Run(path, new PackTrust { Fingerprint = trusted }, static _ => { }, TestContext.Current.CancellationToken);
        Assert.Contains(found.Faults, f => f.Check == "keys" && f.Text.Contains("somebody else", StringComparison.Ordinal));
    }

    [Fact]
    public void A_log_that_lost_its_end_is_caught_against_an_older_checkpoint()
    {
        var (now, old) = (new PackBench(days: 4), new PackBench(days: 5));
        now.TakeKeyOf(old);
        var found = Verify(now.Write(_folder), now, old.Checkpoint.ToString());
        Assert.Contains(found.Faults, f => f.Check == "older checkpoint" && f.Text.Contains("cut off", StringComparison.Ordinal));
    }

    [Fact]
    public void A_log_that_was_rewritten_is_caught_against_an_older_checkpoint()
    {
        var bench = new PackBench(days: 5);
        var old = bench.Sign(bench.Days[2].FirstLeaf).ToString();
        bench.Rewrite(line => line.Replace("Started", "Stopped", StringComparison.Ordinal));
        bench.Rewrite(Recheckpoint(bench));
        var found = Verify(bench.Write(_folder), bench, old);
        Assert.Contains(found.Faults, f => f.Check == "older checkpoint" && f.Text.Contains("was changed", StringComparison.Ordinal));
        AssertGood(Verify(bench.Write(_folder), bench));
    }

    [Fact]
    public void A_text_of_the_configuration_is_held_against_its_digest()
    {
        var bench = new PackBench(days: 4);
        var path = bench.Write(_folder);
        string? changed = null;
        Repack.Run(path, files =>
        {
            changed = files.First(f => f.Name.StartsWith("configuration/", StringComparison.Ordinal) && f.Content.Contains((byte)'w')).Name;
            Repack.Change(files, changed, text => text + " ");
        }, bench.Sign);
        Assert.Contains(Verify(path, bench).Faults, f => f.Check == "configuration" && f.Where == changed);
    }

    /// <summary>Checkpoints that the log tells of itself are signed anew where the tree is another one.</summary>
    private static Func<string, string> Recheckpoint(PackBench bench) => line =>
    {
        if (!line.Contains("\"kind\":\"checkpoint\"", StringComparison.Ordinal)) return line;
        var entry = (Ecocentre.Edge.Evidence.Leaves.EntryLeaf)Ecocentre.Edge.Evidence.Leaves.Leaf.Parse(line);
        var size = Ecocentre.Edge.Evidence.CheckpointRecord.From((Ecocentre.Edge.Evidence.RecordFact)entry.Fact)!.Checkpoint.Size;
        return new Ecocentre.Edge.Evidence.Leaves.EntryLeaf(
            entry.Sequence, Ecocentre.Edge.Evidence.CheckpointRecord.Of(bench.Sign(size)).ToFact(entry.Fact.At)).ToLine();
    };

    private static string Text(PackFindings found, string check) => found.Checks.Single(c => c.Name == check).Text;

    private static (string Name, long From, long Until)[] EntriesOf(string path)
    {
        using var zip = Ecocentre.Edge.Outputs.Packs.Zip.ZipFile.Open(path);
        return [.. zip.Entries.Select(entry => (entry.Name, entry.Offset, entry.End))];
    }

    internal PackFindings Verify(string path, PackBench? bench = null, string? old = null)
    {
        var found = PackVerification.Run(
            path, new PackTrust { Fingerprint = bench?.Key.Fingerprint, OldCheckpoint = old }, static _ => { }, TestContext.Current.CancellationToken);
        foreach (var check in found.Checks) output.WriteLine($"{(check.IsGood ? "ok" : "NO")} {check.Name}: {check.Text}");
        foreach (var fault in found.Faults) output.WriteLine($"FAULT {fault}");
        foreach (var remark in found.Remarks) output.WriteLine($"REMARK {remark}");
        return found;
    }

    private static void AssertGood(PackFindings found) => Assert.True(found.IsGood, string.Join('\n', found.Faults));
}
