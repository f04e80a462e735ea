using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests;

public sealed class RecorderTests : IDisposable
{
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.Zero));

    private static readonly ImmutableArray<Point> Points =
    [
        Point(0, "main/energy", "energy.active.import"), Point(1, "main/power", "power.active"),
    ];

    private readonly Scratch _scratch = new();
    private readonly Gateway _gateway = new(Points, TimeZoneInfo.Utc, GatewayLimits.Default);
    private readonly EvidenceLog _log;
    private readonly Recorder _recorder;
    private double _register = 1000;

    public RecorderTests()
    {
        _log = EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, Start);
        _log.Declare(Points.Select(Series.Of), Start);
        _recorder = new Recorder(_log, Points, NullLogger.Instance);
    }

    public void Dispose()
    {
        _log.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void What_a_step_brings_is_stored_in_the_step()
    {
        LiveMinute(0);
        Assert.Equal(2, _log.Head);
        Assert.Equal(2, _recorder.EntriesStored);
        Assert.Null(_recorder.UnavailableSince);
    }

    [Fact]
    public void Registers_are_stored_while_no_minute_closes()
    {
        LiveMinute(0);
        var before = Assert.Single(_log.Carries());
        // The clock goes back to the beginning: minutes that were lived are not stored again, what is counted in them is.
        _gateway.Reanchor(new ClockStep(Start + TimeSpan.FromMinutes(2), Start, 1));
        _recorder.Record(_gateway.Step(Start), _gateway, Start);
        var head = _log.Head;
        for (var second = 0; second < 120; second += 10)
        {
            var at = Start + TimeSpan.FromSeconds(second);
            _gateway.Accept([new Reading(new PointId(0), at, _register += 0.01, Quality.Good)]);
            _recorder.Record(_gateway.Step(at), _gateway, at);
        }
        Assert.Equal(head, _log.Head);
        Assert.True(Assert.Single(_log.Carries()).Newest > before.Newest, $"{_log.Carries()[0]} after {before}");
    }

    [Fact]
    public void Changes_of_desks_wait_for_a_disk_that_refuses_up_to_a_bound()
    {
        using var desks = DeskLog.Open(_log.FilePath, "lyon-1", ["d01"], Start);
        var recorder = new Recorder(_log, Points, NullLogger.Instance) { Desks = (desks, [new Desk("d01", "d01", "open", [])]) };
        var first = desks.Sequence;
        ImmutableArray<DeskStatus> changes = [.. Enumerable.Range(1, Recorder.DeskChangesWaitingMax + 10).Select(i =>
            new DeskStatus(0, DeskState.Occupied, Start, Start, Start, 1, first + i))];
        using (new LockedLog(DeskLog.PathOf(_log.FilePath)))
        {
            recorder.Note(changes);
            recorder.Record(StepOutput.Empty, _gateway, Start);
            Assert.Contains("locked", recorder.DesksTrouble, StringComparison.Ordinal);
            // The log itself goes on.
            Assert.Null(recorder.UnavailableSince);
        }
        recorder.Record(StepOutput.Empty, _gateway, Start);
        Assert.Null(recorder.DesksTrouble);
        Assert.Equal(changes[10..], desks.Read().Select(c => c.Status));
    }

    [Fact]
    public void Outage_of_the_log_loses_nothing_and_is_told_with_its_exact_ends()
    {
        LiveMinute(0);
        Instant since, until;
        using (new LockedLog(_log.FilePath))
        {
            since = LiveMinute(1);
            Assert.Equal(since, _recorder.UnavailableSince);
            LiveMinute(2);
            Assert.Equal(since, _recorder.UnavailableSince);
            Assert.Equal(2, _log.Head);
        }
        until = LiveMinute(3);
        Assert.Null(_recorder.UnavailableSince);
        var entries = _log.Read(0, int.MaxValue);
        Assert.Equal(_recorder.EntriesStored, entries.Count);
        var minutes = entries.Select(e => e.Fact).OfType<WindowFact>().Where(w => w.Aggregate.Kind == WindowKind.Minute).ToLookup(w => w.Series.Name);
        foreach (var series in minutes) Assert.Equal(Enumerable.Range(0, 4).Select(n => Start + TimeSpan.FromMinutes(n)), series.Select(w => w.At));
        Assert.Equal(_register - 1000 - 1, minutes["main/energy"].Sum(w => w.Aggregate.Delta), 9);
        var back = Assert.Single(entries.Select(e => e.Fact).OfType<IncidentFact>()).Incident;
        Assert.Equal((IncidentKind.LogBack, until, 0.0), (back.Kind, back.At, back.Value));
        Assert.Contains($"from {since} to {until}", back.Text);
        Assert.Contains("everything of that time was kept", back.Text);
    }

    [Fact]
    public void Outage_longer_than_memory_gives_up_the_oldest_and_says_how_many_from_when_to_when()
    {
        const int lost = 7;
        var at = Start;
        using (new LockedLog(_log.FilePath))
        {
            for (var i = 0; i < Recorder.FactsWaitingMax; i++) Note(i);
            Record(at = Start + TimeSpan.FromHours(1));
            for (var i = 0; i < lost; i++) Note(Recorder.FactsWaitingMax + i);
            Record(Start + TimeSpan.FromHours(2));
        }
        var until = Start + TimeSpan.FromHours(3);
        Record(until);
        var incidents = _log.Read(0, int.MaxValue).Select(e => ((IncidentFact)e.Fact).Incident).ToArray();
        Assert.Equal(Recorder.FactsWaitingMax + 1, incidents.Length);
        Assert.Equal(AtOf(lost), incidents[0].At);
        Assert.Equal(AtOf(Recorder.FactsWaitingMax + lost - 1), incidents[^2].At);
        Assert.Equal((IncidentKind.LogBack, (double)lost), (incidents[^1].Kind, incidents[^1].Value));
        Assert.Contains($"from {at} to {until}; {lost} entries from {AtOf(0)} to {AtOf(lost - 1)} are lost", incidents[^1].Text);
    }

    [Fact]
    public void Second_outage_counts_from_the_beginning_again()
    {
        for (var outage = 0; outage < 2; outage++)
        {
            using (new LockedLog(_log.FilePath)) LiveMinute(2 * outage);
            LiveMinute(2 * outage + 1);
        }
        var backs = _log.Read(0, int.MaxValue).Select(e => e.Fact).OfType<IncidentFact>().Select(f => f.Incident).ToArray();
        Assert.Equal([IncidentKind.LogBack, IncidentKind.LogBack], backs.Select(b => b.Kind));
        Assert.Contains($"from {Start + TimeSpan.FromMinutes(3) + Grace} to {Start + TimeSpan.FromMinutes(4) + Grace}", backs[1].Text);
    }

    private static readonly TimeSpan Grace = GatewayLimits.Default.Grace;

    private static Point Point(ushort id, string name, string quantity) => new()
    {
        Id = new PointId(id), Name = name, Quantity = Quantity.All.Single(q => q.Name == quantity), Device = "main", Period = TimeSpan.FromSeconds(10),
    };

    private static Instant AtOf(int number) => Start + TimeSpan.FromMilliseconds(number);

    private void Note(int number) => _recorder.Note(new Incident(AtOf(number), IncidentKind.Gap, "main", $"Number {number}."));

    private void Record(Instant now) => _recorder.Record(new StepOutput(), _gateway, now);

    /// <summary>Six readings of each point, the counter growing by one each, and the step that closes the minute.</summary>
    /// <returns>The instant of the step.</returns>
    private Instant LiveMinute(int minute)
    {
        for (var second = 5; second < 60; second += 10)
        {
            var at = Start + TimeSpan.FromSeconds(60 * minute + second);
            _gateway.Accept([new Reading(new PointId(0), at, ++_register, Quality.Good), new Reading(new PointId(1), at, 360_000, Quality.Good)]);
        }
        var now = Start + TimeSpan.FromMinutes(minute + 1) + Grace;
        _recorder.Record(_gateway.Step(now), _gateway, now);
        return now;
    }
}
