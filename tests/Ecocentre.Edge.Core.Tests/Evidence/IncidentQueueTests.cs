using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests.Evidence;

public sealed class IncidentQueueTests
{
    private readonly IncidentQueue _queue = new(3);

    [Fact]
    public void The_same_finding_is_told_once_until_its_window_is_final()
    {
        Find(T(10), judging: T(0));
        Find(T(10), judging: T(0));
        Assert.Single(_queue.Take(T(62)));
        Find(T(10), judging: T(60));
        _queue.ForgetBefore(T(60));
        Find(T(10), judging: T(60));
        Assert.Empty(_queue.Take(T(63)));
        _queue.ForgetBefore(T(120));
        Find(T(10), judging: T(120));
        Assert.Single(_queue.Take(T(64)));
    }

    [Fact]
    public void Another_point_time_or_kind_is_another_finding()
    {
        _queue.Judging = T(0);
        _queue.Add(T(10), IncidentKind.Glitch, Counter() with { Name = "a" }, $"x", 1);
        _queue.Add(T(10), IncidentKind.Glitch, Counter() with { Name = "b" }, $"x", 1);
        _queue.Add(T(10), IncidentKind.Reset, Counter() with { Name = "b" }, $"x", 1);
        Assert.Equal(["a", "b", "b"], _queue.Take(T(62)).Select(i => i.Subject));
    }

    [Fact]
    public void More_than_the_limit_are_counted_by_kind_and_the_next_step_begins_anew()
    {
        for (var i = 0; i < 5; i++) _queue.Add(new Incident(T(i), IncidentKind.TooLate, "p", "x"));
        _queue.Add(new Incident(T(9), IncidentKind.Glitch, "p", "x"));
        var taken = _queue.Take(T(62));
        Assert.Equal(4, taken.Length);
        Assert.Equal(
            new Incident(T(62), IncidentKind.Suppressed, "gateway",
                "More incidents arose at once than are stored: 1 × Glitch, 2 × TooLate were left out.", 3),
            taken[3]);
        Assert.True(_queue.IsEmpty);
        _queue.Add(new Incident(T(70), IncidentKind.TooLate, "p", "x"));
        Assert.Single(_queue.Take(T(71)));
    }

    [Fact]
    public void Numbers_are_written_the_same_everywhere()
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = comma;
            _queue.Add(T(0), IncidentKind.Glitch, Counter(), $"{1234.5:0.###} and {0.25} at {T(1)}", 1);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
        Assert.Equal("1234.5 and 0.25 at 2026-11-21T10:00:01.000Z", _queue.Take(T(1))[0].Text);
    }

    private void Find(Instant at, Instant judging)
    {
        _queue.Judging = judging;
        _queue.Add(at, IncidentKind.Glitch, Counter(), $"odd", 5);
    }
}
