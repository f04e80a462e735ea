using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
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
public sealed class Meter : IDevice, IValueTaskSource<PollResult>
{
    // 16: more requests than any plan here has; a meter never needs more on their way at once.
    private const int OutstandingMax = 16;

    // A request that was lost once is repeated after this (or after the rest that the line asks for), rather than a whole long period
    // later.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // What is asked together is asked so long before a whole second: the answers are there when the gateway takes its picture of it.
    private static readonly TimeSpan BeforeBeat = TimeSpan.FromSeconds(0.1);

    private readonly MeterSetup _setup;
    private readonly ModbusTransport _transport;
    private readonly TimeProvider _time;
    private readonly Func<Instant> _now;
    private readonly Breaker _breaker;
    private readonly MeterReads _reads;
    private readonly long[] _periodTicks;
    private readonly long[] _writeAt;
    private readonly MeterRead[] _asked;
    private readonly ushort[] _header = new ushort[2];
    private readonly Queue<Fault> _unsaid = new();
    private readonly Action _onAnswer;
    private readonly byte _unit;
    private readonly int _firstId;
    private readonly uint _phase;
    private readonly long _togetherTicks;
    private ValueTask<Answer>[]? _pending;
    private Answer[]? _answers;
    private Fault? _heldBack;

    // The one request on its way, of a poll that makes one.
    private ManualResetValueTaskSourceCore<PollResult> _polled;
    private ValueTaskAwaiter<Fault?> _answering;
    private Memory<Reading> _destination;
    private int _written;
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
        _onAnswer = OnAnswer;
        (_unit, _firstId) = (setup.Options.Unit, setup.Points[0].Id.Value);
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

    [SuppressMessage("Reliability", "CA2012", Justification = "Its result is taken exactly once: here when it is there, else when it has come.")]
    public ValueTask<PollResult> PollAsync(Memory<Reading> destination, CancellationToken cancellation)
    {
        if (_unsaid.Count > 0 || _breaker.IsOpen || _base is null || cancellation.IsCancellationRequested)
            return PollOtherwiseAsync(destination, cancellation);
        var count = 0;
        var asked = Choose(destination.Span, ref count);
        if (asked != 1) return ReadAllAsync(asked, count, destination, cancellation);
        // Most meters are read with one request, and that goes without what lets several be awaited.
        var read = _asked[0];
        _answering = _transport.ReadAsync(Request(read.Table, read.Address + _base.Value, read.Words.Length), read.Words, cancellation).GetAwaiter();
        (_destination, _written) = (destination, count);
        if (_answering.IsCompleted) return ValueTask.FromResult(TakeAnswer());
        _polled.Reset();
        _answering.UnsafeOnCompleted(_onAnswer);
        return new ValueTask<PollResult>(this, _polled.Version);
    }

    PollResult IValueTaskSource<PollResult>.GetResult(short token) => _polled.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<PollResult>.GetStatus(short token) => _polled.GetStatus(token);

    void IValueTaskSource<PollResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _polled.OnCompleted(continuation, state, token, flags);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void OnAnswer()
    {
        PollResult result;
        try
        {
            result = TakeAnswer();
        }
        catch (Exception defect)
        {
            _polled.SetException(defect);
            return;
        }
        _polled.SetResult(result);
    }

    private PollResult TakeAnswer()
    {
        var fault = _answering.GetResult();
        var (count, destination) = (_written, _destination);
        (_answering, _destination) = (default, default);
        return End(Settle(_asked[0], AnswerNow(fault, _askedAt), destination.Span, ref count), count);
    }

    private async ValueTask<PollResult> PollOtherwiseAsync(Memory<Reading> destination, CancellationToken cancellation)
    {
        var result = _unsaid.TryDequeue(out var unsaid) ? new PollResult(0, unsaid)
            : cancellation.IsCancellationRequested ? new PollResult(0, new Fault(FaultKind.Cancelled, $"{Name}: the caller gave up."))
            : _breaker.IsOpen && _time.GetTimestamp() < _breaker.ProbeAt ? HoldBack(destination.Span)
            : _base is null ? await WalkAsync(destination, cancellation)
            : await ProbeAsync(cancellation);
        return End(result.Fault, result.Count);
    }

    private PollResult End(Fault? fault, int count)
    {
        var earliest = _reads.Earliest.DueAt;
        DueAt = _unsaid.Count > 0 ? _time.GetTimestamp()
            : _breaker.IsOpen ? Math.Min(_breaker.ProbeAt, earliest)
            : Math.Max(_restUntil, _base is null ? _walkAt : earliest);
        return new PollResult(count, fault);
    }

    /// <summary>Asks what was chosen, as far as it may be on its way together.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    [SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited exactly once, in the loop below; Tasks would be garbage.")]
    private async ValueTask<PollResult> ReadAllAsync(int asked, int count, Memory<Reading> destination, CancellationToken cancellation)
    {
        var (pending, answers) = (_pending ??= new ValueTask<Answer>[_asked.Length], _answers ??= new Answer[_asked.Length]);
        for (var i = 0; i < asked; i++)
            pending[i] = AskAsync(_asked[i].Table, _asked[i].Address + _base!.Value, _asked[i].Words, cancellation);
        for (var i = 0; i < asked; i++) answers[i] = await pending[i];
        var fault = SettleAll(answers.AsSpan(0, asked), destination.Span, ref count);
        return End(fault, count);
    }

    private Fault? SettleAll(ReadOnlySpan<Answer> answers, Span<Reading> destination, ref int count)
    {
        Fault? fault = null;
        // What teaches comes last: a new plan replaces all requests, and those settled before have their next due time already.
        for (var i = 0; i < answers.Length; i++)
            if (!Teaches(answers[i])) fault = Worse(fault, Settle(_asked[i], answers[i], destination, ref count));
        for (var i = 0; i < answers.Length; i++)
            if (Teaches(answers[i])) fault = Worse(fault, Settle(_asked[i], answers[i], destination, ref count));
        return fault;

        static bool Teaches(Answer answer) => Verdict(answer.Fault) is AnswerKind.NotThere or AnswerKind.None;
    }

    /// <summary>Fills <see cref="_asked"/> with what is due, at least the earliest; holes that rest are settled here, without
    /// asking.</summary>
    private int Choose(Span<Reading> destination, ref int count)
    {
        var now = _askedAt = _time.GetTimestamp();
        var earliest = _reads.Earliest;
        var asked = 0;
        foreach (var read in _reads.All)
        {
            var isDue = read == earliest || _asked.Length > 1 && read.DueAt <= now;
            if (!isDue) continue;
            if (read.IsHole && now < read.RetryAt)
            {
                WriteMissing(read, _now(), destination, ref count);
                Advance(read, now);
            }
            else if (asked < _asked.Length) _asked[asked++] = read;
        }
        return asked;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Answer> AskAsync(RegisterTable table, int address, Memory<ushort> words, CancellationToken cancellation)
    {
        var askedAt = _askedAt = _time.GetTimestamp();
        var fault = await _transport.ReadAsync(Request(table, address, words.Length), words, cancellation);
        return AnswerNow(fault, askedAt);
    }

    /// <summary>An answer that has just come, as of half-way between request and reply.</summary>
    private Answer AnswerNow(Fault? fault, long askedAt)
    {
        var now = _time.GetTimestamp();
        return new Answer(fault, _now() - _time.GetElapsedTime(askedAt, now) / 2, now);
    }

    private ModbusRead Request(RegisterTable table, int address, int count) => new(_unit, table, (ushort)address, (ushort)count);

    /// <summary>Takes an answer into readings, lessons and the next due time.</summary>
    private Fault? Settle(MeterRead read, Answer answer, Span<Reading> destination, ref int count)
    {
        switch (Verdict(answer.Fault))
        {
            case AnswerKind.Good:
                _breaker.Answered();
                Write(read, answer.At, destination, ref count);
                Advance(read, answer.Came);
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
                Advance(read, answer.Came);
                return answer.Fault;
            default:
                WriteMissing(read, answer.At, destination, ref count);
                Advance(read, answer.Came);
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
            if (hole.IsHole && hole.Plan.Points.Any(read.Plan.Points.Contains)) Advance(hole, answer.Came);
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
        return new PollResult(count, _heldBack ??= new Fault(FaultKind.HeldBack, $"{Name} does not answer and is probed only now and then."));
    }

    private void MissWhatIsDue(Span<Reading> destination, ref int count)
    {
        var now = _time.GetTimestamp();
        foreach (var read in _reads.All)
        {
            if (read.DueAt > now) continue;
            WriteMissing(read, _now(), destination, ref count);
            Advance(read, now);
        }
    }

    /// <summary>Asks whether a held-back meter lives again; if so its whole plan is due at once.</summary>
    private async ValueTask<PollResult> ProbeAsync(CancellationToken cancellation)
    {
        var probe = _reads.Probe;
        var answer = await AskAsync(probe.Table, probe.Address + _base!.Value, probe.Words, cancellation);
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
        if (read.Run is { } run)
        {
            WriteRun(read, run, at, destination, ref count);
            return;
        }
        foreach (var index in read.Plan.Points)
        {
            if (!IsTimeFor(index, read)) continue;
            var mounted = _setup.Mounted[index];
            var source = mounted.Source;
            destination[count++] = ReadingOf(index, at, source.Decode(read.Words.AsSpan(source.Address - read.Address)) * mounted.Gain);
        }
    }

    /// <summary>As <see cref="Write"/>, of numbers that stand side by side: what each needs stands side by side too, and not in a dozen objects.</summary>
    private void WriteRun(MeterRead read, RegisterFormat run, Instant at, Span<Reading> destination, ref int count)
    {
        Span<double> numbers = stackalloc double[read.Words.Length / run.Words];
        RegisterDecoder.Numbers(read.Words, run, numbers);
        for (var i = 0; i < read.Places.Length; i++)
        {
            var place = read.Places[i];
            if (read.HasRiders && !IsTimeFor(place.Point, read)) continue;
            var value = numbers[place.Number];
            if (read.Scales is { } scales) value = scales[i].Of(value);
            destination[count++] = ReadingOf(place.Point, at, value);
        }
    }

    private Reading ReadingOf(int index, Instant at, double value) =>
        new(new PointId((ushort)(_firstId + index)), at, value, double.IsNaN(value) ? Quality.Invalid : Quality.Good);

    private void WriteMissing(MeterRead read, Instant at, Span<Reading> destination, ref int count)
    {
        foreach (var index in read.Plan.Points)
            if (IsTimeFor(index, read)) destination[count++] = new Reading(new PointId((ushort)(_firstId + index)), at, double.NaN, Quality.Missing);
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
    private void Advance(MeterRead read, long now)
    {
        if (read.Phase is not { } phase)
        {
            phase = (long)(read.PeriodTicks * (_phase / (double)uint.MaxValue));
            if (_togetherTicks > 1) phase -= phase % _togetherTicks + TimeSpanTicks.Of(BeforeBeat, _time);
            read.Phase = phase;
        }
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

    /// <param name="Came">When it did, in the provider's ticks.</param>
    private readonly record struct Answer(Fault? Fault, Instant At, long Came);
}
