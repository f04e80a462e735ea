using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

/// <summary>The records at hand are those of the log, whatever became of their copy.</summary>
public sealed class RecordIndexTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private int _step;

    public void Dispose() => _scratch.Dispose();

    private string Copy => _scratch.File("log.db.records");

    [Fact]
    public void Records_have_the_sequences_of_the_log_and_come_back_with_it()
    {
        LogEntry[] known;
        using (var log = Open())
        {
            Fill(log);
            known = AssertSame(log);
        }
        using (var again = Open())
        {
            Assert.Equal(known, again.Records());
            Append(again, Record("late"));
            Assert.Equal("late", ((RecordFact)AssertSame(again)[^1].Fact).Subject);
        }
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("cut")]
    [InlineData("overwritten")]
    [InlineData("of another log")]
    [InlineData("behind")]
    public void Copy_that_is_not_whole_is_made_anew_from_the_log(string damage)
    {
        string before;
        using (var log = Open())
        {
            Fill(log);
            before = File.ReadAllText(Copy);
            Fill(log);
        }
        switch (damage)
        {
            case "deleted":
                File.Delete(Copy);
                break;
            case "cut":
                File.WriteAllText(Copy, File.ReadAllText(Copy)[..^40]);
                break;
            case "overwritten":
                File.WriteAllText(Copy, "[\"1\",2]\nnonsense\n");
                break;
            case "of another log":
                File.WriteAllText(Copy, "[\"3\",\"0\",\"4\",\"x\",\"{}\"]\n{\"checked\":99999999}\n");
                break;
            default:
                // As after a power cut: the log has it, the copy has not.
                File.WriteAllText(Copy, before);
                break;
        }
        using (var log = Open()) AssertSame(log);
        // And what was mended stays mended.
        using (var log = Open()) AssertSame(log);
    }

    /// <summary>Goal: what had left the log when the copy was lost is not forgotten for good: it is known to be missing until somebody who has it
    /// tells it.</summary>
    [Fact]
    public void Records_that_had_left_the_log_are_known_to_be_missing_until_they_are_told()
    {
        LogEntry[] older;
        using (var log = Open())
        {
            Fill(log);
            older = [.. log.Records()];
            log.Sinks([], Facts.Start);
            // 500 days later all of it has left the log.
            log.Append([Record("new")], [], Facts.Start + TimeSpan.FromDays(500));
            log.Prune(Facts.Start + TimeSpan.FromDays(500));
            Assert.True(log.Tail > older[^1].Sequence);
            Assert.True(log.RecordsMissing.IsEmpty);
        }
        File.Delete(Copy);
        for (var round = 0; round < 2; round++)
            using (var log = Open())
            {
                Assert.Equal(new SequenceRange(1, log.Tail - 1), log.RecordsMissing);
                Assert.Equal("new", ((RecordFact)Assert.Single(log.Records()).Fact).Subject);
                Append(log, Facts.Incident(Facts.Start, "between"));
            }
        using (var log = Open())
        {
            log.LearnRecords(older);
            Assert.Equal([.. older.Select(entry => entry.Sequence), log.Records()[^1].Sequence], log.Records().Select(entry => entry.Sequence));
        }
        using var again = Open();
        Assert.True(again.RecordsMissing.IsEmpty);
        Assert.Equal(older, again.Records().SkipLast(1));
    }

    [Fact]
    public void Verdicts_are_not_among_them()
    {
        using var log = Open();
        Append(log, new RecordFact(Facts.Start, RecordKind.Verdict, "AQ-1", "{}"), Record("air-1"));
        Assert.Equal("air-1", ((RecordFact)Assert.Single(log.Records()).Fact).Subject);
    }

    private static RecordFact Record(string subject) => new(Facts.Start, RecordKind.Entry, subject, $$"""{"value":1,"author":"é \"{{subject}}\""}""");

    private EvidenceLog Open() => EvidenceLog.Open(_scratch.File("log.db"), "lyon", LogOptions.Default, Facts.Start);

    private void Fill(EvidenceLog log)
    {
        var windows = Facts.Windows(Facts.Plant(3), Ecocentre.Edge.Windows.WindowKind.Minute, Facts.Start + TimeSpan.FromMinutes(_step),
            new Random(1));
        Append(log, Record($"a{_step}"), windows[0], Facts.Incident(Facts.Start, "x"), windows[1], Record($"b{_step}"), windows[2]);
        Append(log, Facts.Incident(Facts.Start, "y"));
    }

    private void Append(EvidenceLog log, params LogFact[] facts) => log.Append(facts, [], Facts.Start + TimeSpan.FromMinutes(++_step));

    private static LogEntry[] AssertSame(EvidenceLog log)
    {
        var records = log.Records().ToArray();
        Assert.NotEmpty(records);
        Assert.Equal(log.Read(0, int.MaxValue).Where(e => e.Fact is RecordFact { Kind: not RecordKind.Verdict }), records);
        return records;
    }
}
