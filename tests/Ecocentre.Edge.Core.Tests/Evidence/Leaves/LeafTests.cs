using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Core.Tests.Evidence.Leaves;

/// <summary>Each kind of leaf is written as documented, comes back as it was, and is read in no other form.</summary>
public sealed class LeafTests
{
    private static readonly DateOnly Day = new(2026, 11, 20);

    // 2026-11-20T00:00:00Z
    private static readonly Instant At = new(1_795_132_800_000);

    public static TheoryData<string, string> Kinds => new()
    {
        { "block", """{"leaf":"block","day":"2026-11-20","part":1,"point":"m1.power","device":"m1","place":"plant","quantity":"power.active","unit":"W","kind":"gauge","windows":{"count":121,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"minutes":{"count":1440,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}""" },
        { "block without place and minutes", """{"leaf":"block","day":"2026-11-20","part":2,"point":"r.co2","device":"r","quantity":"co2","unit":"ppm","kind":"gauge","windows":{"count":1,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}""" },
        { "verdict", """{"leaf":"entry","sequence":123,"at":"2026-11-20T00:00:00Z","kind":"verdict","subject":"AQ-1","content":{"level":2,"value":0.10,"note":"é \u0001 \"q\""}}""" },
        { "incident", """{"leaf":"entry","sequence":124,"at":"2026-11-20T00:00:00.250Z","kind":"incident","subject":"m1","content":{"incident":"device-lost","text":"m1 is silent.","value":3}}""" },
        { "incident without value", """{"leaf":"entry","sequence":124,"at":"2026-11-20T00:00:00Z","kind":"incident","subject":"m1","content":{"incident":"glitch","text":"²"}}""" },
        { "day", """{"leaf":"day","day":"2026-11-20","first":124,"last":1024,"blocks":400,"entries":57,"previous":"2026-11-19"}""" },
        { "first day", """{"leaf":"day","day":"2026-11-20","first":1,"last":0,"blocks":0,"entries":0}""" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Leaf_comes_back_as_it_was(string what, string line)
    {
        var leaf = Leaf.Parse(line);
        Assert.True(leaf.ToLine() == line, what);
        Assert.Equal(leaf, Leaf.Parse(leaf.ToLine()));
        Assert.Equal(TreeHash.Leaf(line), leaf.Hash());
    }

    [Fact]
    public void Leaf_is_written_from_what_it_says()
    {
        var series = new Series("m1.power", "power.active", "W", PointKind.Gauge, "m1", "plant");
        Assert.Equal(new BlockLeaf(Day, 1, series, new BlockDigest(121, TreeHash.Empty), new BlockDigest(1440, TreeHash.Empty)), Leaf.Parse(Line("block")));
        Assert.Equal(new DayLeaf(Day, 124, 1024, 400, 57, Day.AddDays(-1)), Leaf.Parse(Line("day")));
        Assert.Equal(new EntryLeaf(123, new RecordFact(At, RecordKind.Verdict, "AQ-1", """{"level":2,"value":0.10,"note":"é \u0001 \"q\""}""")),
            Leaf.Parse(Line("verdict")));
        Assert.Equal(new EntryLeaf(124, new IncidentFact(new Incident(At + TimeSpan.FromMilliseconds(250), IncidentKind.DeviceLost, "m1", "m1 is silent.", 3))),
            Leaf.Parse(Line("incident")));
    }

    [Fact]
    public void Every_record_kind_has_its_word()
    {
        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            var leaf = new EntryLeaf(1, new RecordFact(At, kind, "s", "{}"));
            Assert.Equal(leaf, Leaf.Parse(leaf.ToLine()));
        }
        foreach (var kind in Enum.GetValues<IncidentKind>())
        {
            var leaf = new EntryLeaf(1, new IncidentFact(new Incident(At, kind, "s", "t")));
            Assert.Equal(leaf, Leaf.Parse(leaf.ToLine()));
        }
    }

    [Theory]
    [InlineData("day", "\"blocks\":400,\"entries\":57", "\"entries\":57,\"blocks\":400")]
    [InlineData("day", "\"first\":124", "\"first\": 124")]
    [InlineData("day", "\"first\":124", "\"first\":124,\"more\":1")]
    [InlineData("day", "2026-11-20", "2026-11-31")]
    [InlineData("day", "\"leaf\":\"day\"", "\"leaf\":\"month\"")]
    [InlineData("block", "\"part\":1", "\"part\":0")]
    [InlineData("block", "\"sha256\":\"e3", "\"sha256\":\"E3")]
    [InlineData("block", "gauge", "gadget")]
    [InlineData("verdict", "00:00:00Z", "00:00:00.000Z")]
    [InlineData("verdict", "\"kind\":\"verdict\"", "\"kind\":\"Verdict\"")]
    [InlineData("verdict", "{\"level\"", "[{\"level\"")]
    [InlineData("incident", "device-lost", "device-stolen")]
    public void Leaf_in_another_form_is_refused(string what, string old, string changed) =>
        Assert.Throws<FormatException>(() => Leaf.Parse(Line(what).Replace(old, changed)));

    private static string Line(string what) => Kinds.First(row => row.Data.Item1 == what).Data.Item2;
}
