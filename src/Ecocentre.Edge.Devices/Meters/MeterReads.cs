using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>A meter's plan as it stands now, with what the meter itself taught: registers it refuses, and how long a request it
/// bears.</summary>
/// <remarks>Requests are replanned as a whole after each lesson; every point keeps its due time. Not synchronised: its meter owns
/// it.</remarks>
internal sealed class MeterReads
{
    // A meter that just starts may refuse what it has, so a refused point is asked again soon, then ever less often.
    private static readonly TimeSpan HoleRetryMin = TimeSpan.FromMinutes(1), HoleRetryMax = TimeSpan.FromHours(1);

    // 2: one lost frame says nothing about its length.
    private const int SilentInRowMax = 2;

    private readonly MeterSetup _setup;
    private readonly TimeProvider _time;
    private readonly Dictionary<int, (long RetryAt, TimeSpan Wait)> _holes = [];
    private ReadLimits _limits;

    public MeterReads(MeterSetup setup, TimeProvider time)
    {
        _setup = setup;
        _time = time;
        _limits = setup.Model.Read;
        Replan();
    }

    /// <summary>In no particular order; replaced whole by a lesson.</summary>
    public ImmutableArray<MeterRead> All { get; private set; }

    /// <summary>The shortest request there is, to ask whether the meter lives.</summary>
    public MeterRead Probe => field ??= new MeterRead(
        ReadPlan.Make([_setup.Spans.MinBy(s => (s.Count, s.Address))], _setup.Model.Read, _setup.Cost).Reads[0], 0);

    public MeterRead Earliest
    {
        get
        {
            var earliest = All[0];
            if (All.Length == 1) return earliest;
            foreach (var read in All)
                if (read.DueAt < earliest.DueAt) earliest = read;
            return earliest;
        }
    }

    public void Answered(MeterRead read)
    {
        read.SilentInRow = 0;
        read.ShorterAnswered = false;
        read.WasAnswered = true;
        foreach (var other in All)
            if (other.SilentInRow > 0 && other.Plan.Count > read.Plan.Count) other.ShorterAnswered = true;
        if (!read.IsHole) return;
        foreach (var point in read.Plan.Points) _holes.Remove(point);
        _limits = _limits with { Holes = [.. _setup.Model.Read.Holes, .. _holes.Keys.Select(RangeOf)] };
        Replan();
    }

    /// <summary>No answer came to a request. When shorter ones are answered and this one never was, its length is the reason: from now on
    /// requests are half as long.</summary>
    /// <returns>True when the plan changed.</returns>
    public bool Silent(MeterRead read)
    {
        read.SilentInRow++;
        if (read.WasAnswered || read.SilentInRow < SilentInRowMax || !read.ShorterAnswered || read.Plan.Points.Length < 2) return false;
        var widest = _setup.Mounted.Max(m => m.Source.Length + m.Source.Length % 2);
        var shorter = Math.Max(read.Plan.Count / 2, Math.Min(widest, _limits.RegistersMax));
        if (shorter >= read.Plan.Count) return false;
        read.DueAt = _time.GetTimestamp();
        _limits = _limits with { RegistersMax = shorter };
        Replan();
        return true;
    }

    /// <summary>The meter refused a request as touching what it does not have. A request of several points is cut at its widest gap, else
    /// in the middle, and its parts are due at once; a single point is remembered as a hole.</summary>
    /// <returns>The points that are holes from now on; empty when the request was cut.</returns>
    public ImmutableArray<int> Refused(MeterRead read)
    {
        read.DueAt = Math.Min(read.DueAt, _time.GetTimestamp());
        if (CutOf(read.Plan) is { } address)
        {
            _limits = _limits with { Cuts = _limits.Cuts.Add((read.Plan.Table, address)) };
            Replan();
            return [];
        }
        var news = read.Plan.Points.Where(p => !_holes.ContainsKey(p)).ToImmutableArray();
        foreach (var point in read.Plan.Points)
        {
            var wait = _holes.TryGetValue(point, out var hole) ? 2 * hole.Wait : HoleRetryMin;
            if (wait > HoleRetryMax) wait = HoleRetryMax;
            _holes[point] = (_time.GetTimestamp() + TimeSpanTicks.Of(wait, _time), wait);
        }
        // The cuts were made in search of this hole. Should one of them have had a reason of its own, it is found again.
        if (news.Length > 0)
            _limits = _limits with { Cuts = [], Holes = [.. _setup.Model.Read.Holes, .. _holes.Keys.Select(RangeOf)] };
        Replan();
        return news;
    }

    /// <summary>Everything is due now, holes included: the meter is back, or it is another.</summary>
    public void Restart()
    {
        foreach (var read in All) read.RetryAt = read.DueAt = _time.GetTimestamp();
    }

    /// <summary>The one format of a request's numbers, which stand side by side; or null.</summary>
    private RegisterFormat? RunOf(PlannedRead read)
    {
        var format = _setup.Mounted[read.Points[0]].Source.Format;
        return read.Points.All(p => _setup.Mounted[p].Source is { IsPlain: true } source && source.Format == format
            && (source.Address - read.Address) % format.Words == 0) ? format : null;
    }

    private MeterRead Make(PlannedRead read)
    {
        var run = RunOf(read);
        var scales = read.Points.Select(p => _setup.Mounted[p].Source.Scale(_setup.Mounted[p].Gain)).ToArray();
        return new MeterRead(read, TimeSpanTicks.Of(read.Period, _time))
        {
            Run = run,
            Places = run is not { } format ? []
                : [.. read.Points.Select(p => new NumberPlace((ushort)((_setup.Mounted[p].Source.Address - read.Address) / format.Words), (ushort)p))],
            Scales = run is null || scales.All(scale => scale == NumberScale.None) ? null : scales,
            HasRiders = read.Points.Any(p => _setup.Points[p].Period > read.Period),
        };
    }

    private (RegisterTable, RegisterRange) RangeOf(int point)
    {
        var span = _setup.SpanOf(point);
        return (span.Table, new RegisterRange(span.Address, span.End - 1));
    }

    /// <summary>Where to cut a refused request, or null when all its points share registers.</summary>
    private int? CutOf(PlannedRead read)
    {
        var spans = read.Points.Select(_setup.SpanOf).OrderBy(s => s.Address).ToArray();
        var borders = new List<(int Address, int Gap)>();
        var end = spans[0].End;
        foreach (var span in spans.Skip(1))
        {
            if (span.Address >= end) borders.Add((span.Address, span.Address - end));
            end = Math.Max(end, span.End);
        }
        if (borders.Count == 0) return null;
        var widest = borders.MaxBy(b => b.Gap);
        return widest.Gap > 0 ? widest.Address : borders[borders.Count / 2].Address;
    }

    private void Replan()
    {
        var now = _time.GetTimestamp();
        var due = new Dictionary<int, long>();
        if (!All.IsDefault)
            foreach (var read in All)
                foreach (var point in read.Plan.Points) due[point] = read.DueAt;
        var spans = _setup.Spans.ToArray();
        var readable = spans.Where(s => !_holes.ContainsKey(s.Point) && ReadPlan.Fits(s, _limits)).ToArray();
        // A meter that taught nothing yet is read as it was planned.
        var plan = readable.Length == spans.Length && _limits == _setup.Model.Read ? _setup.Plan : ReadPlan.Make(readable, _limits, _setup.Cost);
        var reads = plan.Reads.Select(Make);
        // A hole is asked alone, within what the model allows; points that lie over a hole are as unreadable as it is.
        var holes = spans.Except(readable).Select(span => new MeterRead(
            ReadPlan.Make([span], _setup.Model.Read, _setup.Cost).Reads[0], TimeSpanTicks.Of(span.Period, _time))
        {
            IsHole = true,
            RetryAt = _holes.TryGetValue(span.Point, out var hole) ? hole.RetryAt : long.MaxValue,
        });
        All = [.. reads, .. holes];
        foreach (var read in All)
        {
            read.DueAt = read.Plan.Points.Min(p => due.TryGetValue(p, out var at) ? at : now);
            read.WasAsked = due.Count > 0;
        }
    }
}
