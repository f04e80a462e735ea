using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Windows;

/// <summary>Follows a counter's register from reading to reading: what it grew, and what a drop or a leap was.</summary>
/// <remarks>
/// <para>A reading that does not fit the last confirmed register (lower, or faster than the point's largest rate) waits for the next one:</para>
/// <list type="bullet">
/// <item>the next fits the confirmed register again: the odd one was a glitch (or an implausible leap); it counts nothing;</item>
/// <item>the next fits the odd one: it is confirmed. A drop is a rollover if the point declares one and the growth across it is plausible, else a
/// reset, and growth counts from the first low reading on. A leap re-bases the register and the leap is not counted, unless nobody can say how long
/// it took;</item>
/// <item>the next fits neither: it becomes the odd one.</item>
/// </list>
/// <para>A register that was taken for reset, has not grown since and soon stands where it stood before was not reset: the meter showed something
/// else for a while, as many do when they start. It goes on from where it was.</para>
/// <para>The first reading after an announced exchange begins a new count. Growth across a rollover is counted. What a meter counted before a reset
/// and after the last reading cannot be known and is not invented.</para>
/// </remarks>
internal struct CounterTrack
{
    /// <summary>Relative step of a float32 register (24 bits of mantissa): a growth is not told more exactly than this.</summary>
    private const double FloatStep = 1.0 / (1 << 23);

    // Where no rate can be judged, a drop is a rollover only from the last tenth of the range; our own choice: resets happen anywhere.
    private const double RolloverShareMax = 0.1;

    // How long a meter may show something else and be believed afterwards: some minutes of starting up. A register that was really reset needs
    // longer to stand where it stood, unless it was next to nothing. Our own choice.
    private const long ReturnMillisecondsMax = 10 * 60_000;

    private double _odd, _before;
    private long _oddAt, _beforeAt;
    private bool _hasOdd, _hasBefore, _ofEarlierRun, _timeUnknown;

    /// <summary>Takes up the register an earlier run knew. How long that is ago can only be said when the clock is trusted and not behind it.</summary>
    internal CounterTrack(CounterCarry carry, Instant now)
    {
        (Register, HasRegister, _ofEarlierRun) = (carry.Register, true, true);
        _timeUnknown = carry.At >= now;
        RegisterAt = Math.Min(carry.At.UnixMilliseconds, now.UnixMilliseconds - 1);
    }

    /// <summary>Last confirmed register in the point's unit; meaningful when <see cref="HasRegister"/>.</summary>
    internal double Register { get; private set; }

    /// <summary>Its time in Unix milliseconds.</summary>
    internal long RegisterAt { get; private set; }

    internal bool HasRegister { get; private set; }

    /// <summary>What the next run is to know: the register, or the one before while nobody can say whether it was reset.</summary>
    internal readonly (double Register, long At) Carried => _hasBefore ? (_before, _beforeAt) : (Register, RegisterAt);

    /// <summary>Takes the next used reading.</summary>
    /// <returns>Growth of the register that this reading confirms, 0 or more.</returns>
    internal double Take(Point point, in Slot slot, Circumstances circumstances)
    {
        var incidents = circumstances.Incidents;
        if (!HasRegister) return Begin(slot);
        if (circumstances.Interventions.SwappedBetween(point.Id.Value, RegisterAt, slot.Milliseconds))
        {
            incidents?.Add(slot.At, IncidentKind.Swap, point,
                $"The meter was exchanged: {Register:0.###} before, {slot.Value:0.###} {point.Quantity.Unit} after.", slot.Value);
            return Begin(slot);
        }
        if (Returned(point, slot, circumstances)) return Return(point, slot, incidents);
        if (Fits(point, Register, slot, circumstances.Interventions.Passed(RegisterAt, slot.Milliseconds)))
        {
            if (_hasOdd) TellGlitch(point, incidents);
            return Confirm(point, slot, circumstances);
        }
        if (_hasOdd && Fits(point, _odd, slot, circumstances.Interventions.Passed(_oddAt, slot.Milliseconds))) return ConfirmOdd(point, slot, circumstances);
        if (_hasOdd) TellGlitch(point, incidents);
        (_odd, _oddAt, _hasOdd) = (slot.Value, slot.Milliseconds, true);
        _timeUnknown |= _ofEarlierRun && slot.Quality == Quality.Questionable;
        return 0;
    }

    /// <summary>The clock was set: times move with it.</summary>
    internal void Move(Func<long, long> move)
    {
        if (HasRegister) RegisterAt = move(RegisterAt);
        if (_hasOdd) _oddAt = Math.Max(move(_oddAt), RegisterAt);
        if (_hasBefore) _beforeAt = Math.Min(move(_beforeAt), RegisterAt);
    }

    private double Begin(in Slot slot)
    {
        (Register, RegisterAt, HasRegister) = (slot.Value, slot.Milliseconds, true);
        (_hasOdd, _hasBefore, _ofEarlierRun, _timeUnknown) = (false, false, false, false);
        return 0;
    }

    /// <summary>Whether a register that was taken for reset is back where it was, without having grown in between.</summary>
    private readonly bool Returned(Point point, in Slot slot, Circumstances circumstances)
    {
        if (!_hasBefore || slot.Value <= Register) return false;
        var away = circumstances.Interventions.Passed(_beforeAt, slot.Milliseconds);
        return away <= ReturnMillisecondsMax && Fits(point, _before, slot, away);
    }

    private double Return(Point point, in Slot slot, IncidentQueue? incidents)
    {
        var (before, shown) = (_before, Register);
        incidents?.Add(slot.At, IncidentKind.Glitch, point,
            $"The register is back at {slot.Value:0.###} {point.Quantity.Unit} after {shown:0.###}: it was not reset, and goes on from {before:0.###}.", shown);
        Begin(slot);
        Register = Math.Max(before, slot.Value);
        return Math.Max(0, slot.Value - before);
    }

    private double Confirm(Point point, in Slot slot, Circumstances circumstances)
    {
        var growth = Math.Max(0, slot.Value - Register);
        TellGap(point, growth, slot.Milliseconds, circumstances);
        var register = Math.Max(Register, slot.Value);
        var (hasBefore, before, beforeAt) = (_hasBefore && growth == 0, _before, _beforeAt);
        Begin(slot);
        Register = register;
        (_hasBefore, _before, _beforeAt) = (hasBefore, before, beforeAt);
        return growth;
    }

    private double ConfirmOdd(Point point, in Slot slot, Circumstances circumstances)
    {
        var (incidents, odd, oddAt) = (circumstances.Incidents, _odd, new Instant(_oddAt));
        var growth = Math.Max(0, slot.Value - odd);
        var unit = point.Quantity.Unit;
        if (odd > Register && _timeUnknown)
        {
            TellGap(point, odd - Register, _oddAt, circumstances);
            growth += odd - Register;
        }
        else if (odd > Register)
            incidents?.Add(oddAt, IncidentKind.RateImplausible, point,
                $"The register leapt from {Register:0.###} to {odd:0.###} {unit}, faster than {point.RateMaxPerHour:0.###} {unit}/h, and stayed there; " +
                $"the leap is not counted.", odd);
        else if (RolledOver(point, circumstances) is { } across)
        {
            growth += across;
            incidents?.Add(oddAt, IncidentKind.Rollover, point,
                $"The register rolled over at {point.RolloverAt:0.###} {unit}: {Register:0.###} before, {odd:0.###} after.", odd);
        }
        else
        {
            incidents?.Add(oddAt, IncidentKind.Reset, point,
                $"The register was reset: {Register:0.###} before, {odd:0.###} {unit} after; counting goes on from the latter.", odd);
            var (register, registerAt) = (Register, RegisterAt);
            Begin(slot);
            (_hasBefore, _before, _beforeAt) = (growth == 0, register, registerAt);
            return growth;
        }
        Begin(slot);
        return growth;
    }

    /// <summary>The growth across a rollover, or null when the drop was none.</summary>
    private readonly double? RolledOver(Point point, Circumstances circumstances)
    {
        if (point.RolloverAt is not { } top || Register > top) return null;
        var across = top - Register + _odd;
        var judged = !_timeUnknown && double.IsFinite(point.RateMaxPerHour);
        var plausible = judged
            ? Plausible(point, across, top, circumstances.Interventions.Passed(RegisterAt, _oddAt))
            : across <= RolloverShareMax * top;
        return plausible ? across : null;
    }

    private readonly void TellGap(Point point, double growth, long until, Circumstances circumstances)
    {
        var silence = circumstances.Interventions.Passed(RegisterAt, until);
        var limits = circumstances.Limits;
        if (growth <= 0 || !_timeUnknown && silence <= (limits.GapMin + limits.HoldPeriods * point.Period).TotalMilliseconds) return;
        circumstances.Incidents?.Add(new Instant(until), IncidentKind.Gap, point,
            $"{growth:0.###} {point.Quantity.Unit} were counted by the device from {new Instant(RegisterAt)} to {new Instant(until)} without readings; " +
            $"they stand in the window of the latter.", growth);
    }

    private readonly void TellGlitch(Point point, IncidentQueue? incidents)
    {
        var kind = _odd > Register ? IncidentKind.RateImplausible : IncidentKind.Glitch;
        incidents?.Add(new Instant(_oddAt), kind, point,
            $"A single reading of {_odd:0.###} {point.Quantity.Unit} does not fit the register of {Register:0.###} around it; it is not counted.", _odd);
    }

    /// <summary>Whether a reading can follow a register: not lower than its own step allows, not faster than the point's largest rate.</summary>
    private static bool Fits(Point point, double register, in Slot slot, long passed)
    {
        var growth = slot.Value - register;
        return growth < 0 ? -growth <= point.Resolution : Plausible(point, growth, slot.Value, passed);
    }

    private static bool Plausible(Point point, double growth, double size, long passed)
    {
        // Two steps: the register may have been just below a step at the first reading and be just above one at the second.
        var slack = 2 * Math.Max(point.Resolution, Math.Abs(size) * FloatStep);
        return growth <= point.RateMaxPerHour * passed / 3_600_000 + slack;
    }
}
