using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

public sealed class EvidenceLogTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly Series[] _plant = Facts.Plant(25);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void What_was_appended_is_read_after_reopening()
    {
        var facts = Facts.Windows(_plant, WindowKind.Minute, Facts.Start, new Random(1));
        facts.Add(Facts.Incident(Facts.Start, "Meter 1 does not answer."));
        using (var log = Open())
        {
            Assert.Equal(0, log.Head);
            Assert.Equal(1, log.Tail);
            Assert.Empty(log.Read(0, 10));
            Assert.Equal(new SequenceRange(1, 26), log.Append(facts, [], Facts.Start));
            Assert.Equal(26, log.Head);
        }
        using var again = Open();
        Assert.Equal(26, again.Head);
        Assert.Equal(1, again.Tail);
        Assert.Equal(facts, again.Read(0, 100).Select(entry => entry.Fact));
        Assert.Equal(Enumerable.Range(1, 26).Select(n => (long)n), again.Read(0, 100).Select(entry => entry.Sequence));
        Assert.Equal(new SequenceRange(27, 27), again.Append([Facts.Incident(Facts.Start, "Back.")], [], Facts.Start));
    }

    [Fact]
    public void Names_of_points_are_remembered_in_their_order_when_they_are_declared_no_more()
    {
        Series Named(string name, string? place) => _plant[0] with { Name = name, Place = place };
        using (var log = Open()) log.Declare([Named("a", null), Named("b", null)], Facts.Start);
        using var again = Open();
        // A point that moves is the newest then.
        again.Declare([Named("c", null), Named("a", "hall")], Facts.Start);
        Assert.Equal(["b", "c", "a"], again.PointNames());
    }

    [Fact]
    public void Reading_starts_and_ends_in_the_middle_of_pages()
    {
        using var log = Open();
        var facts = new List<LogFact>();
        for (var minute = 0; minute < 5; minute++)
        {
            var start = Facts.Start + TimeSpan.FromMinutes(minute);
            var step = Facts.Windows(_plant, WindowKind.Minute, start, new Random(minute));
            if (minute == 2) step.AddRange(Facts.Windows(_plant, WindowKind.QuarterHour, start, new Random(minute)));
            log.Append(step, [], start);
            facts.AddRange(step);
        }
        for (var after = 0; after < facts.Count; after += 7)
            Assert.Equal(facts.Skip(after).Take(31), log.Read(after, 31).Select(entry => entry.Fact));
        Assert.Empty(log.Read(log.Head, 10));
    }

    [Fact]
    public void Minute_windows_come_first_in_a_step()
    {
        using var log = Open();
        var incident = Facts.Incident(Facts.Start, "First in the list.");
        var minute = Facts.Window(_plant[2], WindowKind.Minute, Facts.Start, 2, new Random(1));
        var range = log.Append([incident, minute], [], Facts.Start);
        Assert.Equal(new SequenceRange(1, 2), range);
        Assert.Equal([minute, incident], log.Read(0, 2).Select(entry => entry.Fact));
    }

    [Fact]
    public void Carries_of_other_points_stay()
    {
        using (var log = Open())
        {
            log.Append([], [new("a", 1.25, Facts.Start), new("b", 2, Facts.Start)], Facts.Start);
            log.Append([], [new("b", 3, Facts.Start + TimeSpan.FromMinutes(1))], Facts.Start);
        }
        using var again = Open();
        Assert.Equal(
            [new("a", 1.25, Facts.Start), new("b", 3, Facts.Start + TimeSpan.FromMinutes(1))],
            again.Carries().OrderBy(carry => carry.Point, StringComparer.Ordinal));
    }

    [Fact]
    public void A_point_with_another_unit_is_refused_and_the_step_leaves_nothing()
    {
        using var log = Open();
        log.Declare(_plant, Facts.Start);
        var changed = _plant[2] with { Unit = "kW" };
        var declared = Assert.Throws<LogRefusedException>(() => log.Declare([changed], Facts.Start));
        Assert.Contains("power.active in W", declared.Message, StringComparison.Ordinal);
        Assert.Contains("another name", declared.Message, StringComparison.Ordinal);
        Assert.Throws<LogRefusedException>(() =>
            log.Append([Facts.Window(changed, WindowKind.Minute, Facts.Start, 2, new Random(1))], [], Facts.Start));
        Assert.Equal(0, log.Head);
        log.Append([Facts.Window(_plant[2] with { Place = "space-9" }, WindowKind.Minute, Facts.Start, 2, new Random(1))], [], Facts.Start);
        Assert.Equal("space-9", ((WindowFact)log.Read(0, 1)[0].Fact).Series.Place);
    }

    [Fact]
    public void Cursors_survive_and_a_sink_that_left_the_site_is_forgotten_aloud()
    {
        using (var log = Open())
        {
            Assert.Empty(log.Sinks(["mqtt", "influx"], Facts.Start));
            log.Append(Facts.Windows(_plant, WindowKind.Minute, Facts.Start, new Random(1)), [], Facts.Start);
            log.MoveCursor("mqtt", 20);
            log.MoveCursor("mqtt", 10);
            Assert.Equal(20, log.Cursor("mqtt"));
            Assert.Throws<ArgumentOutOfRangeException>(() => log.MoveCursor("mqtt", 26));
        }
        using var again = Open();
        Assert.Equal(20, again.Cursor("mqtt"));
        Assert.Equal(0, again.Cursor("influx"));
        var incident = Assert.Single(again.Sinks(["mqtt"], Facts.Start));
        Assert.Equal(IncidentKind.ConfigurationChanged, incident.Kind);
        Assert.Equal("influx", incident.Subject);
        Assert.Equal(new IncidentFact(incident), again.Read(25, 1).Single().Fact);
        Assert.Throws<InvalidOperationException>(() => again.Cursor("influx"));
    }

    [Fact]
    public async Task Waiting_ends_with_the_next_entry_with_cancellation_and_with_the_log()
    {
        var log = Open();
        var next = log.WaitAsync(0, CancellationToken.None);
        var later = log.WaitAsync(1, CancellationToken.None);
        using var source = new CancellationTokenSource();
        var cancelled = log.WaitAsync(5, source.Token);
        Assert.False(next.IsCompleted);
        log.Append([Facts.Incident(Facts.Start, "x")], [], Facts.Start);
        await next;
        await log.WaitAsync(0, CancellationToken.None);
        Assert.False(later.IsCompleted);
        source.Cancel();
        await Assert.ThrowsAsync<TaskCanceledException>(() => cancelled);
        log.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => later);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => log.WaitAsync(1, CancellationToken.None));
    }

    [Fact]
    public void Minutes_since_an_instant_come_in_sequence_and_nothing_else_does()
    {
        using var log = Open();
        for (var minute = 0; minute < 30; minute++)
        {
            var start = Facts.Start + TimeSpan.FromMinutes(minute);
            var facts = Facts.Windows(_plant[..2], WindowKind.Minute, start, new Random(minute));
            facts.AddRange(Facts.Windows(_plant[..2], WindowKind.QuarterHour, start, new Random(minute)));
            log.Append(facts, [], start + TimeSpan.FromMinutes(1));
        }
        var minutes = log.MinutesSince(Facts.Start + TimeSpan.FromMinutes(10)).ToList();
        Assert.Equal(40, minutes.Count);
        Assert.All(minutes, minute => Assert.Equal(WindowKind.Minute, minute.Aggregate.Kind));
        Assert.Equal(Facts.Start + TimeSpan.FromMinutes(10), minutes[0].At);
        Assert.Equal(minutes.Select(minute => minute.At).Order(), minutes.Select(minute => minute.At));
    }

    [Fact]
    public void A_second_opening_is_refused_in_words()
    {
        using var log = Open();
        var refused = Assert.Throws<LogRefusedException>(() => Open());
        Assert.Contains("open in another process", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_centres_log_is_refused()
    {
        Open().Dispose();
        var refused = Assert.Throws<LogRefusedException>(() => EvidenceLog.Open(_scratch.File("log.db"), "paris-2", LogOptions.Default, Facts.Start));
        Assert.Contains("lyon-1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("paris-2", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Goal: readers see whole steps, whatever is appended meanwhile. Method: readers on threads of their own read here and there while a
    /// hundred steps are appended; every entry says what stands under its sequence.</summary>
    [Fact]
    public async Task Readers_on_other_threads_see_nothing_but_what_was_appended()
    {
        using var log = Open();
        log.Sinks(["mqtt"], Facts.Start);
        using var end = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(seed => Task.Factory.StartNew(() =>
        {
            var random = new Random(seed);
            var seen = 0L;
            while (!end.IsCancellationRequested || seen == 0)
            {
                var head = log.Head;
                var after = random.NextInt64(head + 1);
                var entries = log.Read(after, random.Next(1, 300));
                for (var index = 0; index < entries.Count; index++)
                {
                    Assert.Equal(after + 1 + index, entries[index].Sequence);
                    Assert.Equal($"{entries[index].Sequence}", ((IncidentFact)entries[index].Fact).Incident.Text);
                }
                Assert.True(entries.Count > 0 || after >= head);
                seen += entries.Count;
                if (seed == 0) log.MoveCursor("mqtt", head);
                _ = log.Health();
            }
        }, TaskCreationOptions.LongRunning)).ToArray();
        for (var step = 0; step < 100; step++)
        {
            var head = log.Head;
            log.Append([.. Enumerable.Range(1, 50).Select(n => Facts.Incident(Facts.Start, $"{head + n}"))], [], Facts.Start);
        }
        end.Cancel();
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(5_000, log.Head);
    }

    [Fact]
    public void Health_counts_what_waits_for_whom_and_since_when()
    {
        using (var log = Open())
        {
            log.Sinks(["mqtt", "influx"], Facts.Start);
            Assert.Equal((0, 0, 1), (log.Health().Undelivered, log.Health().Head, log.Health().Tail));
            Assert.Null(log.Health().UndeliveredSince);
            for (var step = 0; step < 5; step++)
            {
                var at = Facts.Start + TimeSpan.FromMinutes(step);
                log.Append(Facts.Windows(_plant[..10], WindowKind.Minute, at, new Random(step)), [], at);
            }
            log.MoveCursor("mqtt", 50);
            log.MoveCursor("influx", 23);
            var health = log.Health();
            Assert.Equal((27, Facts.Start + TimeSpan.FromMinutes(2)), (health.Undelivered, health.UndeliveredSince!.Value));
            Assert.Equal([new SinkLag("influx", 23, 27, Facts.Start + TimeSpan.FromMinutes(2)), new SinkLag("mqtt", 50, 0, null)], health.Sinks);
            Assert.InRange(health.Bytes, 4096, 1 << 20);
            Assert.Null(health.Trouble);
        }
        using var again = Open();
        Assert.Equal(Facts.Start + TimeSpan.FromMinutes(2), again.Lag("influx").Since);
        Assert.Equal(27, again.Lag("influx").Entries);
        Assert.Null(again.Lag("mqtt").Since);
    }

    private EvidenceLog Open() => EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, Facts.Start);
}
