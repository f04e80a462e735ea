using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>A meter, or any other Modbus device described by a <see cref="MeterModel"/>, on its transport.</summary>
/// <remarks>
/// <para>Readings carry the instant half-way between request and reply. A value the meter marks as "none" is Invalid with NaN; bounds are
/// judged by the gateway. A request the meter refuses as touching what it does not have yields nothing at that poll: its parts are asked at
/// once.</para>
/// <para>The transport is shared by the meters of the bus and not disposed here.</para>
/// </remarks>
public sealed class Meter : IDevice
{
    // 16: more requests than any plan here has; a meter never needs more on their way at once.
    private const int OutstandingMax = 16;

    // A request that was lost once is repeated after this (or after the rest that the line asks for), rather than a whole long period
    // later.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly MeterSetup _setup;
    private readonly ModbusTransport _transport;
    private readonly TimeProvider _time;
    private readonly Func<Instant> _now;
    private readonly Breaker _breaker;
    private readonly MeterReads _reads;
    private readonly long[] _periodTicks;
    private readonly long[] _writeAt;
    private readonly MeterRead[] _asked;
    private readonly ValueTask<Answer>[] _pending;
    private readonly Answer[] _answers;
    private readonly ushort[] _header = new ushort[2];
    private readonly Queue<Fault> _unsaid = new();
    private readonly Fault _heldBack;
    private readonly uint _phase;
    private readonly long _togetherTicks;
    private SunSpecWalk? _walk;
    private int? _base;
    private long _walkAt;
    private long _askedAt;
    private long _restUntil;

    /// <param name="now">The gateway's clock, for the readings; <paramref name="time"/> is for what is due when.</param>
    public Meter(MeterSetup setup, ModbusTransport transport, TimeProvider time, Func<Instant> now)
    {
        _setup = setup;
        _transport = transport;
        _time = time;
        _now = now;
        _breaker = new Breaker(time);
        _reads = new MeterReads(setup, time);
        _periodTicks = [.. setup.Points.Select(p => TimeSpanTicks.Of(p.Period, time))];
        _writeAt = new long[_periodTicks.Length];
        _asked = new MeterRead[Math.Clamp(transport.OutstandingMax, 1, OutstandingMax)];
        _pending = new ValueTask<Answer>[_asked.Length];
        _answers = new Answer[_asked.Length];
        _heldBack = new Fault(FaultKind.HeldBack, $"{setup.Options.Name} does not answer and is probed only now and then.");
        _base = setup.Model.SunSpecIds.IsEmpty ? 0 : null;
        _walkAt = _restUntil = DueAt = time.GetTimestamp();
        _phase = Mix(setup.Options.Name);
        _togetherTicks = Math.Max(1, TimeSpanTicks.Of(transport.TogetherWithin, time));
    }

    public string Name => _setup.Options.Name;

    public ImmutableArray<Point> Points => _setup.Points;

    public long DueAt { get; private set; }

    /// <summary>The requests as they stand after what the meter refused; with addresses relative to the SunSpec model where there is
    /// one.</summary>
    public ReadPlan Plan => new([.. _reads.All.Where(r => !r.IsHole).Select(r => r.Plan)], _setup.Cost);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<PollResult> PollAsync(Memory<Reading> destination, CancellationToken cancellation)
    {
        var result = _unsaid.TryDequeue(out var unsaid) ? new PollResult(0, unsaid)
            : cancellation.IsCancellationRequested ? new PollResult(0, new Fault(FaultKind.Cancelled, $"{Name}: the caller gave up."))
            : _breaker.IsOpen && _time.GetTimestamp() < _breaker.ProbeAt ? HoldBack(destination.Span)
            : _base is null ? await WalkAsync(destination, cancellation)
            : _breaker.IsOpen ? await ProbeAsync(cancellation)
            : await ReadAsync(destination, cancellation);
        var earliest = _reads.Earliest.DueAt;
        DueAt = _unsaid.Count > 0 ? _time.GetTimestamp()
            : _breaker.IsOpen ? Math.Min(_breaker.ProbeAt, earliest)
            : Math.Max(_restUntil, _base is null ? _walkAt : earliest);
        return result;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Asks what is due: one request, or as many as may be on their way together.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    [SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited exactly once, in the loop below; Tasks would be garbage.")]
    private async ValueTask<PollResult> ReadAsync(Memory<Reading> destination, CancellationToken cancellation)
    {
        var count = 0;
        var asked = Choose(destination.Span, ref count);
        // Most meters are read with one request, and that goes without what lets several be awaited.
        if (asked == 1)
        {
            var (read, sent) = (_asked[0], Sent());
            var answer = new Answer(await _transport.ReadAsync(Request(read.Plan.Table, read.Plan.Address + _base!.Value, read.Words.Length),
                read.Words, cancellation), HalfWay(sent));
            var single = Settle(read, answer, destination.Span, ref count);
            return new PollResult(count, single);
        }
        for (var i = 0; i < asked; i++)
        {
            var plan = _asked[i].Plan;
            _pending[i] = AskAsync(plan.Table, plan.Address + _base!.Value, _asked[i].Words, cancellation);
        }
        for (var i = 0; i < asked; i++) _answers[i] = await _pending[i];
        var fault = SettleAll(asked, destination.Span, ref count);
        return new PollResult(count, fault);
    }

    private Fault? SettleAll(int asked, Span<Reading> destination, ref int count)
    {
        Fault? fault = null;
        // What teaches comes last: a new plan replaces all requests, and those settled before have their next due time already.
        for (var i = 0; i < asked; i++)
            if (!Teaches(_answers[i])) fault = Worse(fault, Settle(_asked[i], _answers[i], destination, ref count));
        for (var i = 0; i < asked; i++)
            if (Teaches(_answers[i])) fault = Worse(fault, Settle(_asked[i], _answers[i], destination, ref count));
        return fault;

        static bool Teaches(Answer answer) => Verdict(answer.Fault) is AnswerKind.NotThere or AnswerKind.None;
    }

    /// <summary>Fills <see cref="_asked"/> with what is due, at least the earliest; holes that rest are settled here, without
    /// asking.</summary>
    private int Choose(Span<Reading> destination, ref int count)
    {
        var now = _time.GetTimestamp();
        var earliest = _reads.Earliest;
        var asked = 0;
        foreach (var read in _reads.All)
        {
            var isDue = read == earliest || _asked.Length > 1 && read.DueAt <= now;
            if (!isDue) continue;
            if (read.IsHole && now < read.RetryAt)
            {
                WriteMissing(read, _now(), destination, ref count);
                Advance(read);
            }
            else if (asked < _asked.Length) _asked[asked++] = read;
        }
        return asked;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Answer> AskAsync(RegisterTable table, int address, Memory<ushort> words, CancellationToken cancellation)
    {
        var sent = Sent();
        var fault = await _transport.ReadAsync(Request(table, address, words.Length), words, cancellation);
        return new Answer(fault, HalfWay(sent));
    }

    private Instant Sent()
    {
        _askedAt = _time.GetTimestamp();
        return _now();
    }

    private Instant HalfWay(Instant sent) => sent + (_now() - sent) / 2;

    private ModbusRead Request(RegisterTable table, int address, int count) =>
        new(_setup.Options.Unit, table, (ushort)address, (ushort)count);

    /// <summary>Takes an answer into readings, lessons and the next due time.</summary>
    private Fault? Settle(MeterRead read, Answer answer, Span<Reading> destination, ref int count)
    {
        switch (Verdict(answer.Fault))
        {
            case AnswerKind.Good:
                _breaker.Answered();
                Write(read, answer.At, destination, ref count);
                Advance(read);
                _reads.Answered(read);
                return null;
            case AnswerKind.Cancelled:
                return answer.Fault;
            case AnswerKind.NotThere:
                _breaker.Answered();
                return SettleRefusal(read, answer, destination, ref count);
            case AnswerKind.Busy:
                _breaker.Answered();
                WriteMissing(read, answer.At, destination, ref count);
                Advance(read);
                return answer.Fault;
            default:
                WriteMissing(read, answer.At, destination, ref count);
                Advance(read);
                Miss(answer.Fault!);
                if (answer.Fault!.Kind == FaultKind.NoAnswer && !_reads.Silent(read) && read.SilentInRow == 1)
                    read.DueAt = Math.Min(read.DueAt, _time.GetTimestamp() + TimeSpanTicks.Of(RetryAfter, _time));
                return answer.Fault;
        }
    }

    private Fault? SettleRefusal(MeterRead read, Answer answer, Span<Reading> destination, ref int count)
    {
        var holes = _reads.Refused(read);
        if (holes.IsEmpty && !read.IsHole) return null;
        WriteMissing(read, answer.At, destination, ref count);
        foreach (var hole in _reads.All)
            if (hole.IsHole && hole.Plan.Points.Any(read.Plan.Points.Contains)) Advance(hole);
        var missed = holes.Where(p => !_setup.Mounted[p].Source.Optional).Select(p => _setup.Points[p].Quantity.Name).ToArray();
        return missed.Length == 0 ? null : answer.Fault! with
        {
            Text = $"{Name} has no {string.Join(", ", missed)}: it refused {read.Plan.Table} {read.Plan.Address + _base}. {answer.Fault.Text}",
        };
    }

    private void Miss(Fault fault)
    {
        _breaker.Missed(fault.Kind);
        if (fault.Kind != FaultKind.NoBus) _restUntil = _askedAt + TimeSpanTicks.Of(_transport.RestAfterMiss, _time);
        // Behind a new connection, or after a silence, there may be another device.
        if ((_breaker.IsOpen || fault.Kind == FaultKind.NoBus) && !_setup.Model.SunSpecIds.IsEmpty) _base = null;
    }

    /// <summary>Writes what is due as missing, without the bus.</summary>
    private PollResult HoldBack(Span<Reading> destination)
    {
        var count = 0;
        MissWhatIsDue(destination, ref count);
        return new PollResult(count, _heldBack);
    }

    private void MissWhatIsDue(Span<Reading> destination, ref int count)
    {
        var now = _time.GetTimestamp();
        foreach (var read in _reads.All)
        {
            if (read.DueAt > now) continue;
            WriteMissing(read, _now(), destination, ref count);
            Advance(read);
        }
    }

    /// <summary>Asks whether a held-back meter lives again; if so its whole plan is due at once.</summary>
    private async ValueTask<PollResult> ProbeAsync(CancellationToken cancellation)
    {
        var probe = _reads.Probe;
        var answer = await AskAsync(probe.Plan.Table, probe.Plan.Address + _base!.Value, probe.Words, cancellation);
        switch (Verdict(answer.Fault))
        {
            case AnswerKind.Cancelled:
                return new PollResult(0, answer.Fault);
            case AnswerKind.None:
                Miss(answer.Fault!);
                return new PollResult(0, answer.Fault);
            default:
                _breaker.Answered();
                _reads.Answered(probe);
                _reads.Restart();
                return new PollResult(0, null);
        }
    }

    /// <summary>One step in search of the SunSpec model. What falls due meanwhile is written as missing only when a step fails.</summary>
    private async ValueTask<PollResult> WalkAsync(Memory<Reading> destination, CancellationToken cancellation)
    {
        _walk ??= new SunSpecWalk();
        var answer = await AskAsync(RegisterTable.Holding, _walk.Next, _header, cancellation);
        var verdict = Verdict(answer.Fault);
        if (verdict == AnswerKind.Cancelled) return new PollResult(0, answer.Fault);
        var count = 0;
        if (verdict == AnswerKind.None)
        {
            _walk = null;
            _walkAt = _time.GetTimestamp() + TimeSpanTicks.Of(RetryAfter, _time);
            MissWhatIsDue(destination.Span, ref count);
            Miss(answer.Fault!);
            return new PollResult(count, answer.Fault);
        }
        _walkAt = _time.GetTimestamp();
        _walk.Take(answer.Fault is null ? _header : []);
        if (!_walk.IsDone) return new PollResult(0, null);
        var walk = _walk;
        (_walk, _base) = (null, walk.AddressOf(_setup.Model.SunSpecIds));
        if (_base is not null)
        {
            _breaker.Answered();
            _reads.Restart();
            return new PollResult(0, null);
        }
        MissWhatIsDue(destination.Span, ref count);
        _breaker.Open(FaultKind.Garbled);
        var found = walk.HasMarker ? $"only {string.Join(", ", walk.Found.Select(f => f.Id))}" : "no marker";
        return new PollResult(count, new Fault(FaultKind.Garbled,
            $"{Name}: no SunSpec model {string.Join(" or ", _setup.Model.SunSpecIds)} at unit {_setup.Options.Unit}, {found}."));
    }

    private void Write(MeterRead read, Instant at, Span<Reading> destination, ref int count)
    {
        var isRun = read.Run is not null;
        if (isRun) read.DecodeRun();
        foreach (var index in read.Plan.Points)
        {
            if (!IsTimeFor(index, read)) continue;
            var mounted = _setup.Mounted[index];
            var source = mounted.Source;
            var value = (isRun ? source.Scaled(read[source.Address]) : source.Decode(read.Words.AsSpan(source.Address - read.Plan.Address)))
                * mounted.Gain;
            destination[count++] = new Reading(mounted.Point.Id, at, value, double.IsNaN(value) ? Quality.Invalid : Quality.Good);
        }
    }

    private void WriteMissing(MeterRead read, Instant at, Span<Reading> destination, ref int count)
    {
        foreach (var index in read.Plan.Points)
            if (IsTimeFor(index, read)) destination[count++] = new Reading(_setup.Points[index].Id, at, double.NaN, Quality.Missing);
    }

    /// <summary>A point that rides along with a faster request is written once in its own period.</summary>
    private bool IsTimeFor(int index, MeterRead read)
    {
        if (_periodTicks[index] <= read.PeriodTicks) return true;
        var now = _time.GetTimestamp();
        if (now + read.PeriodTicks / 2 < _writeAt[index]) return false;
        _writeAt[index] = now + _periodTicks[index];
        return true;
    }

    /// <summary>Moves a request to its next place on the meter's grid. What was late is skipped, not made up for.</summary>
    private void Advance(MeterRead read)
    {
        var now = _time.GetTimestamp();
        var phase = (long)(read.PeriodTicks * (_phase / (double)uint.MaxValue));
        phase -= phase % _togetherTicks;
        var since = (now - phase) % read.PeriodTicks;
        var next = now - (since < 0 ? since + read.PeriodTicks : since) + read.PeriodTicks;
        // The very first exchange comes at start, wherever in the period that is; the second need not follow on its heels.
        if (!read.WasAsked && next - now < read.PeriodTicks / 2) next += read.PeriodTicks;
        read.DueAt = next;
        read.WasAsked = true;
    }

    private Fault? Worse(Fault? first, Fault? second)
    {
        if (first is null || second is null) return first ?? second;
        // Nothing refused may go unsaid; a second silence says nothing new.
        if (second.Kind == FaultKind.Refused) _unsaid.Enqueue(second);
        return first;
    }

    /// <summary>A number that differs for each name and is the same at every start: FNV-1a with the last mixing of MurmurHash3, so that
    /// names that differ in their last digit lie far apart.</summary>
    private static uint Mix(string name)
    {
        var hash = 2_166_136_261;
        foreach (var character in name) hash = (hash ^ character) * 16_777_619;
        hash = (hash ^ hash >> 16) * 0x85EB_CA6B;
        hash = (hash ^ hash >> 13) * 0xC2B2_AE35;
        return hash ^ hash >> 16;
    }

    private static AnswerKind Verdict(Fault? fault) => fault switch
    {
        null => AnswerKind.Good,
        { Kind: FaultKind.Cancelled } => AnswerKind.Cancelled,
        // MODBUS Application Protocol V1.1b3, 7: 1 illegal function, 2 illegal address, 3 illegal value: no such registers here.
        { Kind: FaultKind.Refused, Exception: 1 or 2 or 3 } => AnswerKind.NotThere,
        // 10 and 11 come from a gateway on behalf of a device that does not answer.
        { Kind: FaultKind.Refused, Exception: not (10 or 11) } => AnswerKind.Busy,
        _ => AnswerKind.None,
    };

    private enum AnswerKind : byte { Good, NotThere, Busy, None, Cancelled }

    private readonly record struct Answer(Fault? Fault, Instant At);
}
