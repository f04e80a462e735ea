using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.Signing;

/// <summary>Heads of a real archive: signed once, told with who holds earlier ones, stamped, and proofs under them.</summary>
public sealed class AttestationTests : IDisposable
{
    private const string Origin = "ecocentre-edge/ivry";

    private static readonly Instant Begin = Instant.From(new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));

    private readonly Scratch _scratch = new();
    private readonly EvidenceLog _log;
    private readonly EvidenceArchive _archive;
    private readonly KeyRing _keys;
    private readonly OutsideCopies _outside;
    private long _cursor;

    public AttestationTests()
    {
        _log = EvidenceLog.Open(_scratch.File("log.db"), "ivry", LogOptions.Default, Begin);
        _archive = EvidenceArchive.Open(_scratch.File("log.db.archive"));
        _keys = KeyRing.Open(_scratch.File("log.db"), Origin, [], Begin);
        _log.Append([.. _keys.Begun], [], Begin);
        _outside = new OutsideCopies(() => ["broker"], _ => _cursor);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _archive.Dispose();
        _log.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void Head_of_each_day_is_signed_recorded_once_and_lies_beside_the_day()
    {
        var attestation = Attest();
        var day = Live(0);
        var fact = Assert.IsType<RecordFact>(Assert.Single(attestation.Sign(day, Day(1))));
        // Not recorded yet: a power cut before the log took it.
        Assert.Equal(fact, Assert.Single(Attest().Sign(day, Day(1))));
        _log.Append([fact], [], Day(1));
        Assert.Empty(attestation.Sign(day, Day(1)));
        Assert.Empty(Attest().Sign(day, Day(1)));
        var record = CheckpointRecord.From(fact)!;
        Assert.Equal((Origin, (long)_archive.Leaves.Count, new MerkleTree(_archive.Leaves).Root()),
            (record.Checkpoint.Origin, record.Checkpoint.Size, record.Checkpoint.Root));
        Assert.Equal(record.Note.ToString(), File.ReadAllText(_archive.PathOf(day.Day, "checkpoint")));
        Assert.Equal(record.Note, attestation.Head);
        Assert.Single(record.Note.Verify(_keys.Chain.Keys));
    }

    [Fact]
    public void Next_record_tells_who_outside_holds_an_earlier_one()
    {
        var attestation = Attest();
        var first = Sign(attestation, 0);
        Assert.Empty(first.Outside);
        Assert.Empty(Sign(attestation, 1).Outside);
        // The broker has taken the first record, and not the second.
        _cursor = _log.Records().First(r => CheckpointRecord.From((RecordFact)r.Fact) is not null).Sequence;
        var third = Sign(attestation, 2);
        Assert.Equal(("broker", first.Checkpoint.Size), (Assert.Single(third.Outside).By, third.Outside[0].Size));
        _cursor = long.MaxValue;
        _outside.Stamped(third.Checkpoint.Size, Day(3));
        var fourth = Sign(attestation, 3);
        Assert.Equal([("broker", third.Checkpoint.Size), ("timestamp", third.Checkpoint.Size)], fourth.Outside.Select(copy => (copy.By, copy.Size)));
        Assert.Equal(2, EvidenceStage.Of(_log.Records().Select(r => (RecordFact)r.Fact), Begin, Day(5)));
    }

    [Fact]
    public void Every_leaf_under_the_head_is_proven_and_none_beyond()
    {
        var attestation = Attest();
        Assert.Null(attestation.Prove(0));
        Sign(attestation, 0);
        var unsigned = Live(1);
        var size = unsigned.FirstLeaf;
        for (var leaf = 0; leaf < size; leaf++)
        {
            var proof = attestation.Prove(leaf)!;
            Assert.True(proof.IsSound());
            Assert.Equal(_archive.Leaves[leaf], TreeHash.Leaf(proof.Line));
            if (Leaf.Parse(proof.Line) is EntryLeaf entry) Assert.Equal(proof.Index, attestation.ProveEntry(entry.Sequence)!.Index);
        }
        Assert.Null(attestation.Prove(size));
        Assert.Null(attestation.Prove(-1));
        Assert.Null(attestation.ProveEntry(unsigned.Last));
        Assert.Null(attestation.ProveEntry(0));
    }

    [Fact]
    public async Task Head_is_stamped_when_the_authority_is_back_and_openssl_says_so_of_the_files()
    {
        await using var server = await TimestampServer.StartAsync(_scratch);
        using var authority = new TimestampAuthority(server.Address, server.Authority, TimeProvider.System);
        using var ending = new CancellationTokenSource();
        var stamping = new Timestamping(authority, _archive, _outside);
        server.Answering = _ => null;
        var running = stamping.RunAsync(TimeProvider.System, new Random(1), ending.Token);
        var attestation = Attest();
        var day = Live(0);
        attestation.Sign(day, Day(1));
        stamping.Offer(attestation.Head!, day);
        await UntilAsync(() => stamping.Trouble?.Contains("503") == true);
        Assert.Empty(_outside.Known);
        server.Answering = static answer => answer;
        await UntilAsync(() => stamping.Trouble is null);
        Assert.Equal((OutsideCopies.Stamp, (long)_archive.Leaves.Count), (_outside.Known.Single().By, _outside.Known.Single().Size));
        Assert.Contains("Verification: OK", await server.VerifyAsync(_archive.PathOf(day.Day, "checkpoint"), _archive.PathOf(day.Day, "tsr")));
        // After a restart the stamp is read, not asked for again.
        var asked = server.Asked;
        var later = new OutsideCopies(() => [], _ => 0);
        var again = new Timestamping(authority, _archive, later);
        var runningAgain = again.RunAsync(TimeProvider.System, new Random(1), ending.Token);
        again.Offer(attestation.Head!, day);
        await UntilAsync(() => later.Known.Length == 1);
        Assert.Equal(asked, server.Asked);
        ending.Cancel();
        await Task.WhenAll(running, runningAgain);
    }

    private Attestation Attest() =>
        new(_log, _archive, new Signer(_keys, _scratch.File("log.db"), Origin, _log.Records().Select(r => (RecordFact)r.Fact)), _outside);

    private CheckpointRecord Sign(Attestation attestation, int day)
    {
        var facts = attestation.Sign(Live(day), Day(day + 1));
        _log.Append(facts, [], Day(day + 1));
        return CheckpointRecord.From((RecordFact)facts.Single())!;
    }

    /// <summary>A day with some incidents, sealed.</summary>
    private SealedDay Live(int day)
    {
        for (var hour = 0; hour < 24; hour += 5)
        {
            var at = Day(day) + TimeSpan.FromHours(hour);
            _log.Append([new IncidentFact(new Incident(at, IncidentKind.Glitch, "m1.energy", $"{day} {hour}"))], [], at);
        }
        return new DaySealer(_log, _archive, _ => false).SealNext(Day(day + 1) + DaySealer.SealDelay, TestContext.Current.CancellationToken)!;
    }

    private static Instant Day(int day) => Begin + TimeSpan.FromDays(day);

    private static async Task UntilAsync(Func<bool> isTrue)
    {
        for (var waited = 0; !isTrue(); waited += 20)
        {
            Assert.True(waited < 20_000, "It never came.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
