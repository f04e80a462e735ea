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
