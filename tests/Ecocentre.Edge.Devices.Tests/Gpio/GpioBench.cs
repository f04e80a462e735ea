using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Gpio;

/// <summary>A bank of lines on a simulated chip, under virtual time.</summary>
internal sealed class GpioBench
{
    private readonly List<LineInput> _inputs = [];
    private GpioBank? _bank;

    public GpioBench() => Chip = new SimulatedGpioChip("/dev/gpiochip0", 64, Time);

    public VirtualTime Time { get; } = new();

    public SimulatedGpioChip Chip { get; }

    public GpioBank Bank => _bank ??=
        new GpioBank("gpio", _inputs, Request ?? (lines => Chip.Request(lines)), Time, () => Instant.From(Time.GetUtcNow()));

    public Func<ImmutableArray<LineSettings>, GpioLines>? Request { get; init; }

    /// <summary>All that was read, in order.</summary>
    public List<Reading> Readings { get; } = [];

    /// <summary>All that went wrong, in order.</summary>
    public List<Fault> Faults { get; } = [];

    /// <summary>Adds a contact on the next line; confirmed every 5 s.</summary>
    public int AddContact(bool activeLow = false, TimeSpan warmUp = default, TimeSpan debounce = default)
    {
        var line = _inputs.Count;
        _inputs.Add(new ContactInput(new ContactOptions
        {
            Name = $"pir-{line}", Line = new LineSettings(line, activeLow, activeLow ? LineBias.PullUp : LineBias.AsIs, debounce), WarmUp = warmUp,
        }, new PointId((ushort)(50 + line)), Time));
        return line;
    }

    /// <summary>Adds a pulse counter on the next line; told every 10 s.</summary>
    public int AddPulse(double perPulse = 0.001, double register = 100, CounterCarry? carry = null)
    {
        var line = _inputs.Count;
        _inputs.Add(new PulseInput(Pulses(line) with { PerPulse = perPulse, Register = register }, new PointId((ushort)(50 + line)), carry, Time));
        return line;
    }

    public static PulseOptions Pulses(int line) => new()
    {
        Name = $"s0-{line}", Line = new LineSettings(line, Debounce: TimeSpan.FromMilliseconds(10)), Quantity = "energy.active.import", PerPulse = 0.001,
    };

    /// <summary>Polls as a bus loop would while a story is told.</summary>
    public void Run(Func<Task> story) => Time.Run(async () =>
    {
        using var end = new CancellationTokenSource();
        var polls = PollAsync(end.Token);
        await story();
        end.Cancel();
        await polls;
    });

    /// <summary>Polls for a while.</summary>
    public void Run(TimeSpan span) => Run(() => Pass(span));

    public Task Pass(TimeSpan span) => Task.Delay(span, Time);

    public Task Pass(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>Drives a pulse of 40 ms and a pause of as much.</summary>
    public async Task Pulse(int line)
    {
        Chip.Drive(line, true);
        await Pass(0.04);
        Chip.Drive(line, false);
        await Pass(0.04);
    }

    /// <summary>What was read of a line, in order.</summary>
    public List<Reading> Of(int line) => [.. Readings.Where(r => r.Point.Value == 50 + line)];

    private async Task PollAsync(CancellationToken cancellation)
    {
        var buffer = new Reading[Bank.Points.Length];
        while (!cancellation.IsCancellationRequested)
        {
            var ahead = Bank.DueAt - Time.GetTimestamp();
            if (ahead > 0) await Task.Delay(TimeSpan.FromTicks(ahead), Time, CancellationToken.None);
            var result = await Bank.PollAsync(buffer, cancellation);
            Readings.AddRange(buffer.AsSpan(0, result.Count));
            if (result.Fault is { Kind: not FaultKind.Cancelled } fault) Faults.Add(fault);
        }
    }
}
