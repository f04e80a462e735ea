using System.Collections.Immutable;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A line of the building on an input of a GPIO chip.</summary>
/// <param name="Offset">The input's number on the chip.</param>
/// <param name="IsActiveLow">It pulls the input low while active.</param>
public sealed record PlayedLine(int Offset, BuildingLine Line, bool IsActiveLow = false);

/// <summary>Drives the inputs of a simulated GPIO chip as the building's lines go, in time.</summary>
/// <param name="time">Of the building; timers may come late.</param>
/// <param name="now">The building's clock, running with <paramref name="time"/>.</param>
public sealed class LinePlayer(SimulatedGpioChip chip, ImmutableArray<PlayedLine> lines, TimeProvider time, Func<Instant> now)
{
    // So much is worked out at once.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(2);

    private readonly long[] _drivenAt = new long[lines.Length];
    private readonly bool?[] _levels = new bool?[lines.Length];

    /// <summary>Plays until cancelled. The levels of now are there before it first awaits.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var from = now();
        for (var i = 0; i < lines.Length; i++) Drive(i, lines[i].Line.IsActive(from));
        while (!cancellation.IsCancellationRequested)
        {
            var to = from + Ahead;
            foreach (var (at, line, isActive) in Changes(from, to))
                if (!await PlayAsync(at, line, isActive, cancellation)) return;
            from = to;
        }
    }

    private List<(Instant At, int Line, bool IsActive)> Changes(Instant from, Instant to)
    {
        var changes = new List<(Instant At, int Line, bool IsActive)>();
        for (var i = 0; i < lines.Length; i++)
        {
            // What is inactive at the border may have been cut off there.
            var quietFrom = from;
            foreach (var stretch in lines[i].Line.ActiveBetween(from, to))
            {
                if (stretch.From > quietFrom) changes.Add((quietFrom, i, false));
                changes.Add((stretch.From, i, true));
                quietFrom = stretch.To;
            }
            if (quietFrom < to) changes.Add((quietFrom, i, false));
        }
        changes.Sort((a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.Line.CompareTo(b.Line));
        return changes;
    }

    /// <returns>False when cancelled.</returns>
    private async ValueTask<bool> PlayAsync(Instant at, int line, bool isActive, CancellationToken cancellation)
    {
        try
        {
            for (var left = at - now(); left > TimeSpan.Zero; left = at - now()) await Task.Delay(left, time, cancellation);
            // Played late, a pulse would be shorter than the input's debounce and be lost.
            var length = time.GetElapsedTime(_drivenAt[line]);
            if (length < lines[line].Line.LengthMin && _levels[line] != isActive)
                await Task.Delay(lines[line].Line.LengthMin - length, time, cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        Drive(line, isActive);
        return true;
    }

    private void Drive(int line, bool isActive)
    {
        if (_levels[line] == isActive) return;
        _levels[line] = isActive;
        _drivenAt[line] = time.GetTimestamp();
        chip.Drive(lines[line].Offset, isActive != lines[line].IsActiveLow);
    }
}
