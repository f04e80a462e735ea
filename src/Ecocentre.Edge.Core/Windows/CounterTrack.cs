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
/// <item>the next fits the odd one: it is confirmed. A drop is a swap if one was announced, a rollover if the point declares one and the growth
/// across it is plausible, else a reset, and growth counts from the first low reading on. A leap re-bases the register and the leap is not counted;</item>
/// <item>the next fits neither: it becomes the odd one.</item>
/// </list>
/// <para>Growth across a rollover is counted. What a meter counted before a reset and after the last reading cannot be known and is not invented.</para>
/// </remarks>
internal struct CounterTrack
{
    /// <summary>Relative step of a float32 register (24 bits of mantissa): a growth is not told more exactly than this.</summary>
    private const double FloatStep = 1.0 / (1 << 23);

    private double _odd;
    private long _oddAt;
    private bool _hasOdd;

    /// <summary>Last confirmed register in the point's unit; meaningful when <see cref="HasRegister"/>.</summary>
    internal double Register;

    /// <summary>Its time in Unix milliseconds.</summary>
    internal long RegisterAt;

    internal bool HasRegister;

    /// <summary>Time from which the next register belongs to another meter, or <see cref="long.MaxValue"/>. 0 in a default value means none.</summary>
    internal long SwapAt;

    /// <summary>Takes the next used reading.</summary>
    /// <returns>Growth of the register that this reading confirms, 0 or more.</returns>
    internal double Take(Point point, in Slot slot, GatewayLimits limits, IncidentQueue? incidents)
    {
        if (!HasRegister) return Begin(slot);
        if (SwapAt != 0 && slot.Milliseconds >= SwapAt && RegisterAt < SwapAt)
        {
            incidents?.Add(slot.At, IncidentKind.Swap, point, $"The meter was exchanged: {Register:0.###} before, {slot.Value:0.###} {point.Quantity.Unit} after.", slot.Value);
            SwapAt = 0;
            return Begin(slot);
        }
        if (Fits(point, Register, RegisterAt, slot))
        {
            if (_hasOdd) TellGlitch(point, incidents);
            return Confirm(point, slot, limits, incidents);
        }
        if (_hasOdd && Fits(point, _odd, _oddAt, slot)) return ConfirmOdd(point, slot, incidents);
        if (_hasOdd) TellGlitch(point, incidents);
        (_odd, _oddAt, _hasOdd) = (slot.Value, slot.Milliseconds, true);
        return 0;
    }

    private double Begin(in Slot slot)
    {
        (Register, RegisterAt, HasRegister, _hasOdd) = (slot.Value, slot.Milliseconds, true, false);
        return 0;
    }

    private double Confirm(Point point, in Slot slot, GatewayLimits limits, IncidentQueue? incidents)
    {
        var growth = Math.Max(0, slot.Value - Register);
        var silence = TimeSpan.FromMilliseconds(slot.Milliseconds - RegisterAt);
        if (silence > limits.GapMin + limits.HoldPeriods * point.Period && growth > 0)
            incidents?.Add(slot.At, IncidentKind.Gap, point,
                $"{growth:0.###} {point.Quantity.Unit} were counted by the device from {new Instant(RegisterAt)} to {slot.At} without readings; they stand in the window of the latter.", growth);
        Register = Math.Max(Register, slot.Value);
        (RegisterAt, _hasOdd) = (slot.Milliseconds, false);
        return growth;
    }

    private double ConfirmOdd(Point point, in Slot slot, IncidentQueue? incidents)
    {
        var (before, odd, oddAt) = (Register, _odd, new Instant(_oddAt));
        var growth = Math.Max(0, slot.Value - odd);
        var unit = point.Quantity.Unit;
        if (odd > before)
            incidents?.Add(oddAt, IncidentKind.RateImplausible, point,
                $"The register leapt from {before:0.###} to {odd:0.###} {unit}, faster than {point.RateMaxPerHour:0.###} {unit}/h, and stayed there; the leap is not counted.", odd);
        else if (point.RolloverAt is { } top && before <= top && Plausible(point, top - before + odd, _oddAt - RegisterAt, top))
        {
            growth += top - before + odd;
            incidents?.Add(oddAt, IncidentKind.Rollover, point, $"The register rolled over at {top:0.###} {unit}: {before:0.###} before, {odd:0.###} after.", odd);
        }
        else
            incidents?.Add(oddAt, IncidentKind.Reset, point,
                $"The register was reset: {before:0.###} before, {odd:0.###} {unit} after; counting goes on from the latter.", odd);
        Begin(slot);
        return growth;
    }

    private readonly void TellGlitch(Point point, IncidentQueue? incidents)
    {
        var kind = _odd > Register ? IncidentKind.RateImplausible : IncidentKind.Glitch;
        incidents?.Add(new Instant(_oddAt), kind, point,
            $"A single reading of {_odd:0.###} {point.Quantity.Unit} does not fit the register of {Register:0.###} around it; it is not counted.", _odd);
    }

    /// <summary>Whether a reading can follow a register: not lower than its own step allows, not faster than the point's largest rate.</summary>
    private static bool Fits(Point point, double register, long registerAt, in Slot slot)
    {
        var growth = slot.Value - register;
        return growth < 0 ? -growth <= point.Resolution : Plausible(point, growth, slot.Milliseconds - registerAt, slot.Value);
    }

    private static bool Plausible(Point point, double growth, long milliseconds, double size)
    {
        // Two steps: the register may have been just below a step at the first reading and be just above one at the second.
        var slack = 2 * Math.Max(point.Resolution, Math.Abs(size) * FloatStep);
        return growth <= point.RateMaxPerHour * milliseconds / 3_600_000 + slack;
    }
}
