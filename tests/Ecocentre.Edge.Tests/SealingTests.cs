using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Simulation.Scheduling;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests;

/// <summary>The sealing task in virtual time, beside a loop that stores what it is handed.</summary>
public sealed class SealingTests : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 20, 22, 0, 0, TimeSpan.Zero);
    private static readonly Series Power = new("m1.power.active", "power.active", "W", PointKind.Gauge, "m1", null);

    private readonly Scratch _scratch = Scratch.InMemory();
    private readonly Agenda _agenda = new();
    private readonly SimulatedProcess _process;
    private readonly GatewayClock _clock;
    private readonly Intake _intake = new(GatewayLimits.Default);
    private readonly EvidenceLog _log;
    private readonly EvidenceArchive _archive;
    private readonly List<Incident> _told = [];
    private readonly List<DateOnly> _signed = [];
    private Exception? _signingFails;
    private bool _trusted = true;

    public SealingTests()
    {
        _process = new SimulatedProcess(_agenda, now => Begin.AddTicks(now));
        _clock = new GatewayClock(_process.Time, GatewayLimits.Default);
        _log = EvidenceLog.Open(_scratch.File("log.db"), "tested", LogOptions.Default, _clock.Now);
        _archive = EvidenceArchive.Open(EvidenceArchive.FolderOf(_log.FilePath));
        var sealing = new Sealing(_log, _archive, ArchiveOptions.Default, _ => false, _clock, NullLogger.Instance) { IsClockTrusted = () =>
            _trusted, Sign = Sign };
        _process.Start(() => sealing.RunAsync(_intake, _process.Time, TestContext.Current.CancellationToken));
        _process.Start(LoopAsync);
    }

    public void Dispose()
    {
        _process.Kill();
        _archive.Dispose();
        _log.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void Day_is_sealed_and_signed_when_it_is_over_for_long_enough()
    {
        Run(TimeSpan.FromHours(2.3));
        Assert.Empty(_archive.Days);
        Run(TimeSpan.FromMinutes(15));
        var day = Assert.Single(_archive.Days);
        Assert.Equal(new DateOnly(2026, 11, 20), day.Day);
        Assert.Equal([day.Day], _signed);
        Assert.Contains(Records(), record => record.Subject == "2026-11-20");
        Run(TimeSpan.FromDays(2));
        Assert.Equal([.. _archive.Days.Select(d => d.Day)], _signed);
        Assert.Equal(3, _archive.Days.Count);
        Assert.Empty(_told);
        Assert.True(_log.Health().Held > 1);
    }

    [Fact]
    public void Archive_that_cannot_be_written_is_told_once_and_sealed_when_it_can()
    {
        var blocked = Path.Combine(_archive.Folder, "2026");
        File.WriteAllText(blocked, "a file where the folder of the year should be");
        Run(TimeSpan.FromHours(5));
        Assert.Equal(IncidentKind.ArchiveUnavailable, Assert.Single(_told).Kind);
        Assert.NotNull(_archive.Health().Trouble);
        Assert.Equal(0, _log.Health().Held);
        File.Delete(blocked);
        Run(TimeSpan.FromMinutes(10));
        Assert.Equal([IncidentKind.ArchiveUnavailable, IncidentKind.ArchiveBack], _told.Select(i => i.Kind));
        Assert.Single(_archive.Days);
        Assert.Null(_archive.Health().Trouble);
    }

    [Fact]
    public void Head_that_cannot_be_signed_is_told_and_days_are_sealed_all_the_same()
    {
        _signingFails = new SigningRefusedException("The key may be opened by others.");
        Run(TimeSpan.FromHours(50));
        Assert.Equal(2, _archive.Days.Count);
        Assert.Equal(IncidentKind.SigningRefused, Assert.Single(_told).Kind);
        _signingFails = null;
        Run(TimeSpan.FromMinutes(15));
        Assert.Equal([IncidentKind.SigningRefused, IncidentKind.SigningBack], _told.Select(i => i.Kind));
        Assert.Equal([_archive.Days[^1].Day], _signed);
    }

    [Fact]
    public void Clock_that_is_not_believed_seals_nothing_for_hours()
    {
        _trusted = false;
        Run(TimeSpan.FromHours(5.5));
        Assert.Empty(_archive.Days);
        Run(TimeSpan.FromHours(1));
        Assert.Single(_archive.Days);
    }

    [Fact]
    public void Minutes_that_criteria_judge_by_are_exact_but_not_of_who_is_there()
    {
        var isExact = Sealing.ExactFor([("a.co2", WindowKind.Minute), ("b.power.active", WindowKind.QuarterHour), ("hall.people",
            WindowKind.Minute)]);
        Assert.True(isExact(new Series("a.co2", "co2", "ppm", PointKind.Gauge, "a", null)));
        Assert.False(isExact(new Series("b.power.active", "power.active", "W", PointKind.Gauge, "b", null)));
        Assert.False(isExact(new Series("hall.people", "people", "1", PointKind.Gauge, "door", "hall")));
    }

    private IEnumerable<RecordFact> Records() => _log.Read(0, int.MaxValue).Select(entry => entry.Fact).OfType<RecordFact>();

    private void Run(TimeSpan time)
    {
        _agenda.RunUntil(_agenda.Now + time.Ticks);
        if (_process.Failure is { } failure) throw failure;
    }

    private IReadOnlyList<LogFact> Sign(SealedDay day)
    {
        if (_signingFails is { } failure) throw failure;
        if (_signed.Contains(day.Day)) return [];
        _signed.Add(day.Day);
        return [new RecordFact(_clock.Now, RecordKind.Checkpoint, $"{day.Day:yyyy-MM-dd}", "{}")];
    }

    /// <summary>Stores a window an hour, and what others hand over.</summary>
    private async Task LoopAsync()
    {
        for (var minute = 0; ; minute++)
        {
            await Task.Delay(TimeSpan.FromMinutes(1), _process.Time, TestContext.Current.CancellationToken);
            while (_intake.Incidents.Reader.TryRead(out var incident)) _told.Add(incident);
            while (_intake.Work.Reader.TryRead(out var work))
                work.Done.SetResult(_log.Append(work.Facts, [], _clock.Now).First);
            if (minute % 60 != 0) continue;
            var window = new Window(Window.Containing(_clock.Now, TimeSpan.FromHours(1)).Start - TimeSpan.FromHours(1), TimeSpan.FromHours(1));
            _log.Append([new WindowFact(Power, new Aggregate(default, WindowKind.Hour, window, 0, 60, 1, 3, 2, 2.5, double.NaN, 1))], [], _clock.Now);
        }
    }
}
