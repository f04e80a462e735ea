using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Webhooks;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Webhooks;

/// <summary>One target against a real socket in virtual time: waits between tries last as long as they say, and cost nothing.</summary>
public sealed class WebhookTargetTests : IAsyncDisposable
{
    // Longer than the longest wait between tries, so that the test can tell the two.
    private static readonly TimeSpan TimeoutUsual = TimeSpan.FromMinutes(2), WaitMax = Backoff.Max + TimeSpan.FromSeconds(1);

    private readonly Scratch _scratch = new();
    private readonly ManualTime _time = new();
    private readonly WebhookReceiver _receiver = new();
    private readonly DeskHistory _history = new();
    private readonly ListedLog _log = new();
    private CancellationTokenSource _ending = new();
    private readonly ImmutableArray<Desk> _desks = [.. Enumerable.Range(0, 8).Select(n => new Desk($"d{n}", $"REF-{n}", "open-space", []))];
    private readonly DeskStatus[] _now;
    private WebhookStandings _standings;
    private Instant? _outboxSince;
    private LabelVerdict? _label;
    private Task _running = Task.CompletedTask;
    private WebhookTarget? _target;

    public WebhookTargetTests()
    {
        _standings = new WebhookStandings(_scratch.File("webhooks.json"));
        _now = [.. _desks.Select((_, n) => new DeskStatus(n, DeskState.Unknown, Now(), default, default, 0, 0))];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _ending.Dispose();
        _receiver.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Away_for_an_hour_it_gets_everything_in_order_signed_anew_and_once()
    {
        Start(WebhookTopics.Desks);
        await UntilAsync(() => _receiver.Taken.Count == 1);
        Assert.Equal("desks.picture", _receiver.Taken.Single().Types.Single());
        string?[] troubles = [null, "500 Internal Server Error", "502 Bad Gateway", "404 Not Found"];
        var random = new Random(1);
        _receiver.Answer = _ => Task.FromResult(troubles[random.Next(troubles.Length)]);
        var (begun, changes) = (Now(), 0);
        while (Now() - begun < TimeSpan.FromHours(1))
        {
            for (var i = 0; i < 5; i++) Change(changes++ % 8);
            _time.Advance(await _time.WaitForWaitAsync(WaitMax));
        }
        // The last try has failed before the answer changes, else it might be taken and no wait would follow.
        var last = await _time.WaitForWaitAsync(WaitMax);
        var health = _target!.Health;
        Assert.NotNull(health.Trouble);
        Assert.True(health.TroubleSince - begun < TimeSpan.FromMinutes(1));
        Assert.Equal(changes, health.Behind);
        // At most a minute apart: an hour is some seventy tries, not thousands.
        Assert.InRange(_receiver.All.Count, 60, 200);

        _receiver.Say("204 No Content");
        _time.Advance(last);
        await UntilAsync(() => _target.Health is { Behind: 0, Trouble: null });
        var events = _receiver.Taken.Skip(1).SelectMany(delivery => delivery.Events).ToArray();
        Assert.Equal(Enumerable.Range(1, changes).Select(n => $"lyon-1.desk-{n}"), events);
        foreach (var delivery in _receiver.All)
            Assert.Equal(WebhookSignature.Sign(WebhookReceiver.Secret, delivery.Id, delivery.Timestamp, delivery.Body), delivery.Signature);
        Assert.All(_receiver.Taken.Skip(1), delivery => Assert.Equal(Now().UnixMilliseconds / 1000, delivery.Timestamp));
        Assert.Equal(changes + 1, _target.Health.Delivered);
    }

    [Fact]
    public async Task Gone_means_that_it_is_never_asked_again()
    {
        _receiver.Say("410 Gone");
        Start(WebhookTopics.Desks);
        await UntilAsync(() => _target!.Health.IsGone);
        for (var n = 0; n < 10; n++) Change(n % 8);
        _time.Advance(TimeSpan.FromHours(5));
        await Task.Delay(100);
        Assert.Single(_receiver.All);
        Assert.Contains("410", _target!.Health.Trouble);
    }

    [Fact]
    public async Task Redirections_are_not_followed_and_the_target_stays_in_trouble()
    {
        _receiver.Say("307 Temporary Redirect\r\nLocation: http://evil.example/");
        Start(WebhookTopics.Desks);
        await UntilAsync(() => _target!.Health.Trouble?.Contains("evil.example") == true);
        _receiver.Say("200 OK");
        _time.Advance(await _time.WaitForWaitAsync(WaitMax));
        await UntilAsync(() => _target!.Health.Trouble is null);
        Assert.Equal(_receiver.All.First().Id, _receiver.Taken.Single().Id);
    }

    [Fact]
    public async Task No_answer_in_time_is_a_try_that_failed()
    {
        _receiver.Answer = _ => new TaskCompletionSource<string?>().Task;
        Start(WebhookTopics.Desks, timeout: TimeSpan.FromSeconds(10));
        await UntilAsync(() => _receiver.All.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(10));
        await UntilAsync(() => _target!.Health.Trouble == "No answer within 10 s.");
        _receiver.Say("200 OK");
        _time.Advance(await _time.WaitForWaitAsync(TimeSpan.FromSeconds(2)));
        await UntilAsync(() => _target!.Health.Trouble is null);
        Assert.Equal(2, _receiver.All.Count);
    }

    [Fact]
    public async Task Wait_that_it_asks_for_is_kept()
    {
        _receiver.Say("429 Too Many Requests\r\nRetry-After: 1800");
        Start(WebhookTopics.Desks);
        var wait = await _time.WaitForWaitAsync(TimeSpan.FromMinutes(34));
        while (wait <= TimeoutUsual) wait = await _time.WaitForWaitAsync(TimeSpan.FromMinutes(34));
        Assert.InRange(wait, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(33.1));
    }

    [Fact]
    public async Task What_is_too_large_comes_in_smaller_pieces()
    {
        Start(WebhookTopics.Desks);
        await UntilAsync(() => _target!.Health.Delivered == 1);
        _receiver.Answer = delivery => Task.FromResult<string?>(delivery.Body.Length > 3_000 ? "413 Content Too Large" : "200 OK");
        await StopAsync();
        for (var n = 0; n < 60; n++) Change(n % 8);
        Start(WebhookTopics.Desks);
        await UntilAsync(() => _target!.Health.Behind == 0);
        Assert.Equal(Enumerable.Range(1, 60).Select(n => $"lyon-1.desk-{n}"), _receiver.Taken.Skip(1).SelectMany(delivery => delivery.Events));
    }

    [Fact]
    public async Task Away_for_more_than_a_day_it_gets_the_picture_instead()
    {
        Start(WebhookTopics.Desks);
        await UntilAsync(() => _target!.Health.Delivered == 1);
        await StopAsync();
        for (var n = 0; n < 20; n++) Change(n % 8);
        _time.Advance(TimeSpan.FromHours(25));
        _history.Forget(Now());
        Start(WebhookTopics.Desks);
        await UntilAsync(() => _receiver.Taken.Count == 2);
        Change(3);
        await UntilAsync(() => _receiver.Taken.Count == 3);
        Assert.Equal(["lyon-1.desks-0", "lyon-1.desks-20", "lyon-1.desk-21"], _receiver.Taken.SelectMany(delivery => delivery.Events));
    }

    [Fact]
    public async Task After_a_restart_it_goes_on_where_it_was()
    {
        Start(WebhookTopics.Desks | WebhookTopics.Devices);
        await UntilAsync(() => _target!.Health.Delivered == 1);
        await StopAsync();
        _log.Add(new IncidentFact(new Incident(Now(), IncidentKind.DeviceLost, "main", "main does not answer.")));
        Change(1);
        _standings = new WebhookStandings(_scratch.File("webhooks.json"));
        Start(WebhookTopics.Desks | WebhookTopics.Devices);
        await UntilAsync(() => _receiver.Taken.Count == 2);
        Assert.Equal(["desk.changed", "device.lost"], _receiver.Taken.Last().Types);
    }

    [Fact]
    public async Task What_happened_between_being_asked_for_and_beginning_is_told_and_nothing_before()
    {
        _log.Add(new IncidentFact(new Incident(Now(), IncidentKind.DeviceLost, "old", "Long ago.")));
        var askedAt = _log.Head;
        _log.Add(new IncidentFact(new Incident(Now(), IncidentKind.DeviceLost, "main", "main does not answer.")));
        Start(WebhookTopics.Devices, askedAt: askedAt);
        _log.Add(new IncidentFact(new Incident(Now(), IncidentKind.DeviceBack, "main", "main answers again.")));
        _target!.Wake();
        await UntilAsync(() => _target.Health.Delivered == 2);
        Assert.Equal(["device.lost", "device.back"], _receiver.Taken.SelectMany(delivery => delivery.Types));
    }

    [Fact]
    public async Task Each_thing_is_told_once_when_it_begins_and_once_when_it_ends()
    {
        _log.Add(new IncidentFact(new Incident(Now(), IncidentKind.DeviceLost, "old", "Long ago.")));
        Start(WebhookTopics.Devices | WebhookTopics.Incidents | WebhookTopics.Co2 | WebhookTopics.Outbox);
        await UntilAsync(() => _standings["booking"].LogSequence == 1);
        _log.Add(new IncidentFact(new Incident(Now(), IncidentKind.DeviceLost, "main", "main does not answer.")));
        var start = Now();
        // Up and down for ten minutes, high for forty, low again; and a late revision that says otherwise.
        for (var minute = 0; minute < 80; minute++)
            _log.Add(Co2(start + TimeSpan.FromMinutes(minute), minute is > 0 and < 10 && minute % 2 == 0 || minute is >= 10 and < 50 ? 1500 : 700));
        _log.Add(Co2(start + TimeSpan.FromMinutes(79), 3000, revision: 1));
        _log.Add(new IncidentFact(new Incident(Now(), IncidentKind.ClockStep, "gateway", "The clock was set.")));
        _log.Add(new IncidentFact(new Incident(Now(), IncidentKind.DeviceBack, "main", "main answers again.")));
        _outboxSince = Now() - TimeSpan.FromHours(2);
        _target!.Wake();
        string[] expected = ["device.lost", "co2.high", "co2.normal", "incident", "device.back", "outbox.filling"];
        await UntilAsync(() => _receiver.Taken.SelectMany(delivery => delivery.Types).Count() >= expected.Length);
        Assert.Equal(expected, _receiver.Taken.SelectMany(delivery => delivery.Types));
        for (var i = 0; i < 5; i++) _target.Wake();
        _outboxSince = Now() - TimeSpan.FromMinutes(10);
        _target.Wake();
        await Task.Delay(50);
        _outboxSince = null;
        _target.Wake();
        await UntilAsync(() => _receiver.Taken.SelectMany(delivery => delivery.Types).Count() > expected.Length);
        Assert.Equal([.. expected, "outbox.drained"], _receiver.Taken.SelectMany(delivery => delivery.Types));
        Assert.Equal(7, _receiver.Taken.SelectMany(delivery => delivery.Events).Distinct().Count());
        await UntilAsync(() => _standings["booking"].Begun.IsEmpty);
    }

    [Fact]
    public async Task What_begins_and_ends_while_a_new_target_is_away_is_told_all_the_same()
    {
        _receiver.Say("503 Service Unavailable");
        Label(("CO2-1", VerdictLevel.Level2));
        Start(WebhookTopics.Desks | WebhookTopics.Devices | WebhookTopics.Co2 | WebhookTopics.Verdicts);
        var wait = await _time.WaitForWaitAsync(WaitMax);
        var start = Now();
        // One try of the target after each: it gathers the high minutes, then the low ones, then all of it again.
        _log.Add(new IncidentFact(new Incident(start, IncidentKind.DeviceLost, "main", "main does not answer.")));
        for (var minute = 0; minute < 60; minute++)
        {
            _log.Add(Co2(start + TimeSpan.FromMinutes(minute), minute is >= 10 and < 30 ? 1500 : 700));
            if (minute == 35) Label(("CO2-1", VerdictLevel.Level1));
            _time.Advance(wait);
            wait = await _time.WaitForWaitAsync(WaitMax);
        }
        _receiver.Say("200 OK");
        _time.Advance(wait);
        string[] expected = ["desks.picture", "device.lost", "co2.high", "co2.normal", "verdict.changed"];
        await UntilAsync(() => _target!.Health is { Behind: 0, Trouble: null });
        Assert.Equal(expected, _receiver.Taken.SelectMany(delivery => delivery.Types));
    }

    /// <summary>The target takes what begins and its answer is lost; by the next try it has ended. It is told the end too, with the beginning under the id it
    /// had, and after a restart as well.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task What_ends_while_the_answer_to_its_beginning_is_lost_is_told_to_have_ended(bool restarts)
    {
        var topics = WebhookTopics.Headroom | WebhookTopics.Verdicts | WebhookTopics.Outbox;
        Headroom(VerdictLevel.Level2, 500, 200, -80);
        Start(topics);
        await UntilAsync(() => _standings["booking"].Begun.ContainsKey("verdict:CO2-1"));
        _receiver.Say(null);
        _outboxSince = Now() - TimeSpan.FromHours(2);
        Headroom(VerdictLevel.Level1, 50, -9, -90);
        await UntilAsync(() => !_receiver.All.IsEmpty);
        var wait = await _time.WaitForWaitAsync(WaitMax);
        string[] begun = ["outbox.filling", "verdict.changed", "headroom.low"];
        Assert.Equal(begun, _receiver.All.First().Types);
        _outboxSince = null;
        Headroom(VerdictLevel.Level2, 500, 200, -80);
        if (restarts)
        {
            await StopAsync();
            _standings = new WebhookStandings(_scratch.File("webhooks.json"));
            _receiver.Say("200 OK");
            Start(topics);
        }
        else
        {
            _receiver.Say("200 OK");
            _time.Advance(wait);
        }
        await UntilAsync(() => _target!.Health is { Behind: 0, Trouble: null } && !_receiver.Taken.IsEmpty);
        Assert.Equal([.. begun, "outbox.drained", "verdict.changed", "headroom.enough"], _receiver.Taken.SelectMany(delivery => delivery.Types));
        Assert.Equal(_receiver.All.First().Events, _receiver.Taken.SelectMany(delivery => delivery.Events).Take(3));
        Assert.Equal(6, _receiver.Taken.SelectMany(delivery => delivery.Events).Distinct().Count());
        await UntilAsync(() => _standings["booking"].Waiting.IsEmpty);
    }

    [Fact]
    public async Task Verdict_that_changes_its_level_is_told_and_one_that_is_not_yet_known_is_not()
    {
        Label(("CO2-1", VerdictLevel.Level2), ("EN-1", VerdictLevel.Undetermined));
        Start(WebhookTopics.Verdicts);
        await UntilAsync(() => _standings["booking"].Begun.ContainsKey("verdict:CO2-1"));
        Label(("CO2-1", VerdictLevel.Undetermined), ("EN-1", VerdictLevel.Level1));
        await UntilAsync(() => _standings["booking"].Begun.ContainsKey("verdict:EN-1"));
        Label(("CO2-1", VerdictLevel.NotMet), ("EN-1", VerdictLevel.Level1));
        await UntilAsync(() => _receiver.Taken.Count == 1);
        Label(("CO2-1", VerdictLevel.Level2), ("EN-1", VerdictLevel.Level1));
        await UntilAsync(() => _receiver.Taken.Count == 2);
        Assert.Equal(["lyon-1.verdict-1", "lyon-1.verdict-2"], _receiver.Taken.SelectMany(delivery => delivery.Events));
        Assert.Contains("\"from\":\"level2\",\"to\":\"notmet\"", System.Text.Encoding.UTF8.GetString(_receiver.Taken.First().Body));
    }

    [Fact]
    public async Task Headroom_that_runs_out_is_told_once_and_once_when_there_is_enough_again()
    {
        // Headroom of levels 1 to 3, in minutes; somebody is to be told below 60.
        Headroom(VerdictLevel.Level2, 500, 200, -80);
        Start(WebhookTopics.Headroom);
        void Next(VerdictLevel level, params double[] minutes)
        {
            Headroom(level, minutes);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Next(VerdictLevel.Undetermined, 5, 5, 5);
        Next(VerdictLevel.Level2, 400, 59, -90);
        await UntilAsync(() => _target!.Health.Delivered == 1);
        // To and fro around the threshold, unknown, and lost altogether: it was told.
        Next(VerdictLevel.Level2, 400, 62, -90);
        Next(VerdictLevel.Level2, 400, 55, -90);
        Next(VerdictLevel.Undetermined, double.NaN, double.NaN, double.NaN);
        Next(VerdictLevel.NotMet, -20, -300, -900);
        await Task.Delay(50);
        Next(VerdictLevel.Level1, 66, -200, -800);
        await UntilAsync(() => _target!.Health.Delivered == 2);
        Next(VerdictLevel.Level1, 59, -200, -800);
        await UntilAsync(() => _target!.Health.Delivered == 3);
        Assert.Equal(["headroom.low", "headroom.enough", "headroom.low"], _receiver.Taken.SelectMany(delivery => delivery.Types));
        Assert.Equal(["lyon-1.headroom-1", "lyon-1.headroom-2", "lyon-1.headroom-3"], _receiver.Taken.SelectMany(delivery => delivery.Events));
        Assert.Contains("\"level\":\"level2\",\"headroom\":59,\"headroomMin\":60,\"unit\":\"min\"",
            System.Text.Encoding.UTF8.GetString(_receiver.Taken.First().Body));
    }

    [Fact]
    public void Torn_file_of_standings_is_said_and_forgotten()
    {
        File.WriteAllText(_scratch.File("webhooks.json"), "{ \"booking\": { \"desks\"");
        var torn = new WebhookStandings(_scratch.File("webhooks.json"));
        Assert.Contains("webhooks.json", torn.Trouble);
        Assert.Equal(WebhookStanding.Fresh, torn["booking"]);
    }

    private Instant Now() => Instant.From(_time.GetUtcNow());

    private void Change(int desk)
    {
        _now[desk] = new DeskStatus(desk, DeskState.Occupied, Now(), Now(), Now(), 0.9, _history.Head + 1);
        _history.Append(_now[desk]);
        _target?.Wake();
    }

    private void Label(params (string Criterion, VerdictLevel Level)[] levels) =>
        Label([.. levels.Select(one => (one.Criterion, one.Level, Finding.NotApplicable("Because.")))]);

    private void Headroom(VerdictLevel level, params double[] minutes) => Label(("CO2-1", level,
        new Finding(0.9, "1", [.. minutes.Select(one => new LevelFinding(Outcome.Met, 0.9, 0.8, "shareMin", "1", one, "min"))])));

    private void Label(params (string Criterion, VerdictLevel Level, Finding Finding)[] levels)
    {
        var month = Period.Containing(PeriodKind.Month, new DateOnly(2026, 11, 21));
        _label = new LabelVerdict("ecocentre-v1 1", month, VerdictLevel.Undetermined, [], [.. levels.Select(one => new Verdict
        {
            Criterion = one.Criterion, Period = month, Profile = "ecocentre-v1 1", Level = one.Level, Finding = one.Finding,
            Coverage = new VerdictCoverage(0, 0, [0, 0, 0, 0], 0), Step = TimeSpan.FromMinutes(15), IsFinal = false,
        })]);
        _target?.Wake();
    }

    private static WindowFact Co2(Instant start, double ppm, int revision = 0) => new(
        new Series("air-1.co2", "co2", "ppm", PointKind.Gauge, "air-1", "open-space"),
        new Aggregate(default, WindowKind.Minute, new Window(start, TimeSpan.FromMinutes(1)), revision, 12, ppm, ppm, ppm, ppm, double.NaN, 1));

    private void Start(WebhookTopics topics, TimeSpan? timeout = null, long? askedAt = null)
    {
        var options = new WebhookOptions
        {
            Name = "booking", Url = _receiver.Url, Secret = WebhookReceiver.Secret, Topics = topics, Co2Max = 1000, Timeout = timeout ?? TimeoutUsual,
            HeadroomMin = ImmutableDictionary<string, double>.Empty.Add("CO2-1", 60),
        };
        var sources = new WebhookSources
        {
            Centre = "lyon-1", Desks = _desks, DeskChanges = _history, DesksNow = () => ([.. _now], _history.Head), Log = _log,
            AskedAt = askedAt ?? _log.Head, OutboxSince = () => _outboxSince, Now = Now, LabelNow = () => _label,
        };
        Assert.Empty(options.Check("site.json", "$.webhooks[0]"));
        _target = new WebhookTarget(options, sources, _standings, _time, new Random(1));
        _running = _target.RunAsync(_ending.Token);
    }

    private async Task StopAsync()
    {
        if (_target is null) return;
        _ending.Cancel();
        await _running;
        _target.Dispose();
        _target = null;
        _ending.Dispose();
        _ending = new CancellationTokenSource();
    }

    private static async Task UntilAsync(Func<bool> done)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(60);
        while (!done())
        {
            Assert.True(DateTime.UtcNow < deadline, "It did not come to that within 30 s.");
            await Task.Delay(5);
        }
    }

    /// <summary>A log that is a list.</summary>
    private sealed class ListedLog : IEvidenceReader
    {
        private readonly List<LogEntry> _entries = [];

        public long Head
        {
            get
            {
                lock (_entries) return _entries.Count;
            }
        }

        public long Tail => 1;

        internal void Add(LogFact fact)
        {
            lock (_entries) _entries.Add(new LogEntry(_entries.Count + 1, fact));
        }

        public IReadOnlyList<LogEntry> Read(long after, int entriesMax)
        {
            lock (_entries) return [.. _entries.Skip((int)after).Take(entriesMax)];
        }

        public WindowRun Windows(WindowQuery query) => throw new NotSupportedException();

        public IncidentRun Incidents(long before, int incidentsMax) => throw new NotSupportedException();
    }
}
