using System.Security.Cryptography;
using Ecocentre.Edge.Core.Tests.Criteria;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Core.Tests.Evidence;

/// <summary>How far integrity is proven, as the records of the log tell it.</summary>
public sealed class EvidenceStageTests : IDisposable
{
    private static readonly Instant Begin = Instant.From(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    private readonly ECDsa _secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private NoteKey Key => new("a", _secret.ExportSubjectPublicKeyInfo());

    public void Dispose() => _secret.Dispose();

    [Fact]
    public void Record_comes_back_as_it_was()
    {
        var record = Checkpoint(3, 1);
        Assert.Equal(record, CheckpointRecord.From(record.ToFact(Day(3))));
        Assert.Equal(record.ToFact(Day(3)), CheckpointRecord.From(record.ToFact(Day(3)))!.ToFact(Day(3)));
        Assert.Null(CheckpointRecord.From(record.ToFact(Day(3)) with { Json = "{\"note\":\"no note\"}" }));
    }

    [Theory]
    // Days with a checkpoint; days on which an outside copy was known; the stage of 30 days.
    [InlineData("0-30", "", 1)]
    [InlineData("0-30", "0-30", 2)]
    [InlineData("0-30", "2,9,16,23,30", 2)]
    [InlineData("0-30", "2,9,23,30", 1)]
    [InlineData("0-30", "0-20", 1)]
    [InlineData("0-10", "0-10", 0)]
    [InlineData("0-5,15-30", "0-5,15-30", 0)]
    [InlineData("0,7,14,21,28", "", 1)]
    public void Stage_follows_from_gaps(string signed, string outside, double stage)
    {
        var copies = Days(outside).ToHashSet();
        var records = Days(signed).Select(day => Checkpoint(day, copies.Contains(day) ? day : null).ToFact(Day(day)))
            .Prepend(new KeyRecord(Key).ToFact(Begin));
        Assert.Equal(stage, EvidenceStage.Of(records, Begin - TimeSpan.FromDays(10), Day(30)));
    }

    [Fact]
    public void Gateway_that_signs_since_today_is_not_judged_yet()
    {
        Assert.Equal(double.NaN, EvidenceStage.Of([], Begin, Day(30)));
        RecordFact[] records = [new KeyRecord(Key).ToFact(Begin)];
        Assert.Equal(double.NaN, EvidenceStage.Of(records, Begin, Day(1)));
        Assert.Equal(0, EvidenceStage.Of(records, Begin, Day(10)));
        // What comes later says nothing of a period.
        Assert.Equal(double.NaN, EvidenceStage.Of([.. records, Checkpoint(2, 1).ToFact(Day(2))], Begin, Day(2)));
        Assert.Equal(2, EvidenceStage.Of([.. records, Checkpoint(2, 1).ToFact(Day(2))], Begin, Day(3)));
    }

    [Fact]
    public void Criterion_is_judged_by_records_and_not_by_what_the_site_declares()
    {
        var bench = new CriteriaBench().Fact("evidenceStage", 3).Criterion(new Criterion
        {
            Id = "EV-3", Title = "integrity", Kind = new DeclaredStage(), Inputs = CriteriaBench.Inputs(("first", "evidenceStage")),
            Limits = CriteriaBench.Limits(("firstMin", "1", 1, 2, 3)),
        });
        bench.Live("2026-11-01", "2026-11-30");
        Assert.Equal(VerdictLevel.Undetermined, bench.Verdict("2026-11").Level);
        for (var day = 1; day < 31; day++) bench.Engine.Accept(new LogEntry(day, Checkpoint(day, day).ToFact(Day(day))));
        Assert.Equal(VerdictLevel.Level2, bench.Verdict("2026-11").Level);
    }

    private CheckpointRecord Checkpoint(int day, int? outside) =>
        CheckpointRecord.Of(SignedNote.Sign(new Checkpoint("a", day, TreeHash.Empty).ToText(), Key, _secret)) with
        {
            Outside = outside is { } known ? [new OutsideCopy("mqtt", known, Day(known))] : [],
        };

    private static Instant Day(int day) => Begin + TimeSpan.FromDays(day);

    private static IEnumerable<int> Days(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(part =>
    {
        var ends = part.Split('-');
        var (first, last) = (int.Parse(ends[0], null), int.Parse(ends[^1], null));
        return Enumerable.Range(first, last - first + 1);
    });
}
