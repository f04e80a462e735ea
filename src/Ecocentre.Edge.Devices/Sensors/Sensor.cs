using System.Collections.Immutable;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>A sensor on its bus: when it is polled, what happens when it is silent, and what of its readings can be trusted. What a chip
/// says and how it is asked stands in the chip's own file.</summary>
/// <remarks>
/// <para>A chip that is started, or has nothing new yet, yields nothing and is asked again soon; when that lasts it is started anew and its
/// points are missing. During its warm-up a quantity is questionable. What the chip complains of comes as <see cref="FaultKind.Unwell"/>
/// beside the readings.</para>
/// <para>A poll may take as long as the chip's slowest command, but uses the wires only for its transfers: a bus loop may poll all sensors
/// of an I2C bus at the same time.</para>
/// <para><see cref="Self"/> may be read from any thread; the rest as <see cref="IDevice"/> says.</para>
/// </remarks>
public abstract class Sensor : IDevice
{
    // A poll that was lost once is repeated after this rather than a whole long period later.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // What has nothing new yet is asked again ten times in its interval, but not more often than this.
    private static readonly TimeSpan AskAgainMin = TimeSpan.FromMilliseconds(50);

    private readonly Breaker _breaker;
    private readonly SensorValues _values;
    private readonly Fault _heldBack;
    private readonly long _periodTicks;
    private SensorSelf? _self;
    private Fault? _failing;
    private bool _isStarted;
    private long _startedAt;
    private long _gridAt;

    // When the measurement that is waited for was due. What is written as missing meanwhile does not move it.
    private long _owedAt;
    private int _missesInRow;

    private protected Sensor(SensorSetup setup, SensorWires wires)
    {
        (Setup, Wires) = (setup, wires);
        _breaker = new Breaker(wires.Time);
        _values = new SensorValues(setup.Type.Quantities);
        _heldBack = new Fault(FaultKind.HeldBack, $"{Name} does not answer and is probed only now and then.");
        _periodTicks = TimeSpanTicks.Of(setup.Period, wires.Time);
        _gridAt = _owedAt = DueAt = wires.Time.GetTimestamp();
    }

    public SensorSetup Setup { get; }

    public string Name => Setup.Options.Name;

    public ImmutableArray<Point> Points => Setup.Points;

    public long DueAt { get; private set; }

    /// <summary>What the chip says of itself; null until it has answered for the first time.</summary>
    public SensorSelf? Self
    {
        get => Volatile.Read(ref _self);
        private protected set => Volatile.Write(ref _self, value);
    }

    private protected SensorWires Wires { get; }

    private protected SensorOptions Options => Setup.Options;

    /// <summary>How often the chip has something new.</summary>
    private protected virtual TimeSpan Interval => Setup.Type.PeriodMin;

    /// <summary>Pressure of the air in hPa where a barometer tells it freshly, else null.</summary>
    private protected double? PressureHectopascals => Options.PressureFrom is { } device ? Wires.Pressure?.Of(device) : null;

    public async ValueTask<PollResult> PollAsync(Memory<Reading> destination, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return Cancelled();
        if (_breaker.IsOpen && Now < _breaker.ProbeAt) return StayAway(destination.Span, _heldBack);
        try
        {
            if (!_isStarted)
            {
                await RestartAsync(cancellation);
                _breaker.Answered();
                return Wait(destination.Span);
            }
            _values.Clear();
            if (!await MeasureAsync(_values, cancellation)) return IsOverdue() ? Miss(destination.Span, Overdue()) : Wait(destination.Span);
            return Take(destination.Span);
        }
        catch (SensorFaultException failure)
        {
            return Miss(destination.Span, failure.Fault);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Cancelled();
        }
    }

    /// <summary>Tells the chip the true CO2 concentration of the air around it, which must be steady and well mixed.</summary>
    /// <param name="targetPpm">The true value.</param>
    /// <param name="progress">Gets a sentence for people at each step and about every ten seconds.</param>
    /// <returns>How it ended, in words; never throws for what a wire can do. After it the sensor measures again.</returns>
    /// <remarks>Not while <see cref="PollAsync"/> runs. Takes some minutes.</remarks>
    public virtual Task<CalibrationResult> CalibrateAsync(double targetPpm, IProgress<string> progress, CancellationToken cancellation) =>
        Task.FromResult(new CalibrationResult(false, $"{Name}: a {Setup.Type.Title} cannot be calibrated through its wires."));

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Brings the chip from whatever state it is in to measuring, with the settings that the site declares, and reads back what it
    /// has.</summary>
    /// <exception cref="SensorFaultException">The wire said no.</exception>
    private protected abstract ValueTask<SensorSelf> StartAsync(CancellationToken cancellation);

    /// <summary>Fetches the newest measurement.</summary>
    /// <returns>False when there is none yet.</returns>
    /// <exception cref="SensorFaultException">The wire said no.</exception>
    private protected abstract ValueTask<bool> MeasureAsync(SensorValues values, CancellationToken cancellation);

    /// <summary>Starts the chip; what was measured before counts no longer.</summary>
    /// <exception cref="SensorFaultException">The wire said no.</exception>
    private protected async ValueTask RestartAsync(CancellationToken cancellation)
    {
        _isStarted = false;
        Self = await StartAsync(cancellation);
        _isStarted = true;
        _startedAt = Now;
    }

    /// <summary>One quantity of the newest measurement; NaN when there is none.</summary>
    /// <exception cref="SensorFaultException">The wire said no.</exception>
    private protected async ValueTask<double> MeasureAsync(string quantity, CancellationToken cancellation)
    {
        _values.Clear();
        return await MeasureAsync(_values, cancellation) ? _values.Of(quantity) : double.NaN;
    }

    /// <summary>The next poll starts the chip.</summary>
    private protected void Forget() => _isStarted = false;

    private long Now => Wires.Time.GetTimestamp();

    private long Ticks(TimeSpan span) => TimeSpanTicks.Of(span, Wires.Time);

    private PollResult Take(Span<Reading> destination)
    {
        _breaker.Answered();
        (_failing, _missesInRow) = (null, 0);
        var at = Wires.Now();
        var warm = Wires.Time.GetElapsedTime(_startedAt);
        for (var i = 0; i < Points.Length; i++)
        {
            var quantity = Setup.Type.Quantities[Setup.Wanted[i]];
            if (warm < quantity.WarmUp) _values.Doubt(quantity.Name);
            var (value, quality) = _values[Setup.Wanted[i]];
            destination[i] = new Reading(Points[i].Id, at, value, quality);
            if (quality == Quality.Good && quantity.Name == "pressure") Wires.Pressure?.Tell(Name, value);
        }
        Advance();
        _owedAt = _gridAt;
        return new PollResult(Points.Length, Complaint() is { } words ? new Fault(FaultKind.Unwell, $"{Name}: {words}") : null);
    }

    /// <summary>What the chip says is wrong with it, or else what it would not take.</summary>
    private string? Complaint() => _values.Complaint ?? Self?.Differences;

    /// <summary>Nothing to tell yet, and soon there will be; but what failed before still counts as missing.</summary>
    private PollResult Wait(Span<Reading> destination)
    {
        var again = Interval / 10;
        var result = _failing is { } fault && Now >= _gridAt ? WriteMissing(destination, fault) : new PollResult(0, null);
        DueAt = Now + Ticks(again > AskAgainMin ? again : AskAgainMin);
        return result;
    }

    /// <summary>It answers, but has had nothing new for two of its intervals since it was due and since it was started.</summary>
    private bool IsOverdue() => Now - Math.Max(_owedAt, _startedAt) > 2 * Ticks(Interval);

    private Fault Overdue()
    {
        Forget();
        var seconds = 2 * Interval.TotalSeconds;
        return new Fault(FaultKind.NoAnswer, $"{Name} answers but has measured nothing for {seconds:0.#} s; it is started anew.");
    }

    private PollResult Miss(Span<Reading> destination, Fault fault)
    {
        _failing = fault;
        _breaker.Missed(fault.Kind);
        // What was away for longer may have lost its power, and forgotten what it was to do.
        if (_breaker.IsOpen) Forget();
        // A probe ahead of the period tells nothing new.
        var result = Now >= _gridAt ? WriteMissing(destination, fault) : new PollResult(0, fault);
        if (++_missesInRow == 1) _gridAt = Math.Min(_gridAt, Now + Ticks(RetryAfter));
        _owedAt = _gridAt;
        DueAt = _breaker.IsOpen ? Math.Min(_breaker.ProbeAt, _gridAt) : _gridAt;
        return result;
    }

    /// <summary>Writes what is due as missing, without the bus.</summary>
    private PollResult StayAway(Span<Reading> destination, Fault fault)
    {
        var result = Now >= _gridAt ? WriteMissing(destination, fault) : new PollResult(0, fault);
        DueAt = Math.Min(_breaker.ProbeAt, _gridAt);
        return result;
    }

    private PollResult WriteMissing(Span<Reading> destination, Fault fault)
    {
        var at = Wires.Now();
        for (var i = 0; i < Points.Length; i++) destination[i] = new Reading(Points[i].Id, at, double.NaN, Quality.Missing);
        Advance();
        return new PollResult(Points.Length, fault);
    }

    private PollResult Cancelled()
    {
        DueAt = Math.Max(DueAt, Now + Ticks(AskAgainMin));
        return new PollResult(0, new Fault(FaultKind.Cancelled, $"{Name}: the caller gave up."));
    }

    /// <summary>Moves on to the next place on the grid. What was late is skipped, not made up for.</summary>
    private void Advance()
    {
        var late = Now - _gridAt;
        _gridAt += late < 0 ? _periodTicks : (late / _periodTicks + 1) * _periodTicks;
        DueAt = _gridAt;
    }
}
