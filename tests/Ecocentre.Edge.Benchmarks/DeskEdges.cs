using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Benchmarks;

/// <summary>From the edge of a line to the snapshot that shows the desk's new state: 128 desks on two requests of 64 simulated lines, through contact
/// inputs, bus loops, the queue and the gateway loop, beside 400 points a second, with the log and the desk changes on a disk.</summary>
/// <remarks>Expectation: at 100 changes a second the median is under 0.5 ms and the 99th percentile at most 5 ms, minutes that are stored included (the
/// loop that judges waits for the sync of its one transaction a minute, so the longest is that of the disk).
/// <c>dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- desk-edges [CHANGES A SECOND] [SECONDS]</c></remarks>
internal static class DeskEdges
{
    private const int Desks = 128, Others = 400;

    internal static async Task<int> RunAsync(string[] arguments)
    {
        var rate = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 100;
        var seconds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 150;
        var watch = await DriveAsync(rate, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(seconds));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Desks} desks, {rate} changes a second over {seconds} s: {watch.Report()}"));
        return 0;
    }

    internal static async Task<EdgeWatch> DriveAsync(int rate, TimeSpan warmUp, TimeSpan duration)
    {
        var folder = Directory.CreateTempSubdirectory("ecocentre-desks-").FullName;
        var (time, limits) = (TimeProvider.System, GatewayLimits.Default);
        var clock = new GatewayClock(time, limits);
        var inputs = Enumerable.Range(0, Desks).Select(i => new ContactInput(
            new ContactOptions { Name = $"pir-{i}", Line = new LineSettings(i % GpioLines.LinesMax), Private = true }, new PointId((ushort)i), time)).ToArray();
        var plan = Plan([.. inputs.Select(input => input.Point)]);
        using var log = EvidenceLog.Open(Path.Combine(folder, "log.db"), "bench", LogOptions.Default, clock.Now);
        log.Declare(plan.Points.Where(p => !p.Private).Select(Series.Of), clock.Now);
        using var desks = DeskLog.Open(log.FilePath, "bench", [.. plan.Desks.Select(d => d.Id)], clock.Now);
        var gateway = new Gateway(plan, TimeZoneInfo.Utc, limits);
        gateway.RestoreDesks([], desks.Sequence);
        var intake = new Intake(limits);
        var watch = new EdgeWatch(Desks);
        var loop = new GatewayLoop(gateway, clock, intake, new Recorder(log, plan.Points, NullLogger.Instance) { Desks = (desks, plan.Desks) }, time)
        {
            SnapshotTaken = watch.Seen,
        };
        var chips = new[] { "a", "b" }.Select(name => new SimulatedGpioChip(name, GpioLines.LinesMax, time)).ToArray();
        var buses = chips.Select((chip, i) => new BusLoop(
            chip.Path, [new GpioBank(chip.Path, inputs.Skip(i * GpioLines.LinesMax).Take(GpioLines.LinesMax), chip.Request, time, () => clock.Now)],
            new BusOutlets(intake.Readings.Writer, intake.Incidents.Writer), time, () => clock.Now) { IsListening = true }).ToArray();
        using var ending = new CancellationTokenSource();
        Task[] running = [loop.RunAsync(ending.Token), .. buses.Select(bus => bus.RunAsync(ending.Token)), MeterAsync(intake, clock, ending.Token)];
        // First readings, compiled code.
        await DriveAsync(chips, watch, rate, warmUp);
        watch.Clear();
        await DriveAsync(chips, watch, rate, duration);
        await ending.CancelAsync();
        await Task.WhenAll(running);
        foreach (var bus in buses) await bus.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        return watch;
    }

    /// <summary>Desks without hold times, so that each edge changes one; no chatter is suspected at such rates.</summary>
    private static OccupancyPlan Plan(ImmutableArray<Point> sensors)
    {
        var rules = DeskRules.Default with { Hold = TimeSpan.Zero, ChatterEdgesMax = 100_000 };
        var power = Quantity.All.Single(quantity => quantity.Name == "power.active");
        return OccupancyPlan.Of(
            [
                .. sensors,
                .. Enumerable.Range(0, Others).Select(i => new Point
                {
                    Id = new PointId((ushort)(Desks + i)), Name = $"m{i}.power.active", Quantity = power, Device = $"m{i}", Period = TimeSpan.FromSeconds(1),
                }),
            ],
            [new Space("open", "Open space", null)],
            [.. Enumerable.Range(0, Desks).Select(i => new Desk($"d{i:000}", $"d{i:000}", "open", [new PointId((ushort)i)]) { Rules = rules })]);
    }

    private static async Task MeterAsync(Intake intake, GatewayClock clock, CancellationToken ending)
    {
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await second.WaitForNextTickAsync(ending))
                for (var i = 0; i < Others; i++)
                    await intake.Readings.Writer.WriteAsync(new Reading(new PointId((ushort)(Desks + i)), clock.Now, i, Quality.Good), ending);
        }
        catch (OperationCanceledException)
        {
            // The end of the benchmark.
        }
    }

    /// <summary>Flips one line after the other, at random; a desk whose last change is still on its way is left alone.</summary>
    private static async Task DriveAsync(SimulatedGpioChip[] chips, EdgeWatch watch, int rate, TimeSpan duration)
    {
        var random = new Random(1);
        var (begun, driven) = (Stopwatch.GetTimestamp(), 0L);
        while (Stopwatch.GetElapsedTime(begun) is var elapsed && elapsed < duration)
        {
            for (; driven < elapsed.TotalSeconds * rate; driven++)
            {
                var desk = random.Next(Desks);
                if (watch.Begin(desk) is { } isOn) chips[desk / GpioLines.LinesMax].Drive(desk % GpioLines.LinesMax, isOn);
            }
            await Task.Delay(1);
        }
        await Task.Delay(500);
    }

    /// <summary>When each edge was given, and how long it took to be seen.</summary>
    internal sealed class EdgeWatch(int desks)
    {
        private readonly long[] _begunAt = new long[desks];
        private readonly bool[] _isOn = new bool[desks];
        private readonly List<double> _milliseconds = [];

        /// <summary>The level to drive a desk's line to, or null while its last edge is on its way.</summary>
        internal bool? Begin(int desk)
        {
            if (Volatile.Read(ref _begunAt[desk]) != 0) return null;
            _isOn[desk] = !_isOn[desk];
            Volatile.Write(ref _begunAt[desk], Stopwatch.GetTimestamp());
            return _isOn[desk];
        }

        /// <summary>Called when the snapshot is there for everybody to see.</summary>
        internal void Seen(Snapshot snapshot)
        {
            var now = Stopwatch.GetTimestamp();
            foreach (var desk in snapshot.Desks)
            {
                var begun = Volatile.Read(ref _begunAt[desk.Desk]);
                if (begun == 0 || desk.State == DeskState.Occupied != _isOn[desk.Desk]) continue;
                lock (_milliseconds) _milliseconds.Add(Stopwatch.GetElapsedTime(begun, now).TotalMilliseconds);
                Volatile.Write(ref _begunAt[desk.Desk], 0);
            }
        }

        internal void Clear()
        {
            lock (_milliseconds) _milliseconds.Clear();
        }

        /// <summary>The time within which a share of all edges were seen, in milliseconds.</summary>
        internal double Within(double share)
        {
            lock (_milliseconds)
            {
                _milliseconds.Sort();
                return _milliseconds.Count == 0 ? double.NaN : _milliseconds[(int)Math.Min(share * _milliseconds.Count, _milliseconds.Count - 1)];
            }
        }

        internal string Report()
        {
            lock (_milliseconds)
            {
                _milliseconds.Sort();
                double At(double share) => _milliseconds[(int)Math.Min(share * _milliseconds.Count, _milliseconds.Count - 1)];
                var lost = _begunAt.Count(begun => begun != 0);
                return string.Create(CultureInfo.InvariantCulture,
                    $"{_milliseconds.Count} seen, {lost} not; median {At(0.5):0.000} ms, 90 % {At(0.9):0.000} ms, 99 % {At(0.99):0.000} ms, "
                        + $"99.9 % {At(0.999):0.000} ms, longest {At(1):0.0} ms");
            }
        }
    }
}
