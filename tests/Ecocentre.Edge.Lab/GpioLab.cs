using System.Collections.Immutable;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Lab;

/// <summary>GPIO lines through the kernel's character device, version 2.</summary>
internal static class GpioLab
{
    private const int LineCount = 32;

    private static readonly TimeSpan BankMax = TimeSpan.FromSeconds(60);

    private static readonly TimeProvider Time = TimeProvider.System;

    private static ImmutableArray<LineSettings> AllLines => [.. Enumerable.Range(0, LineCount).Select(i => new LineSettings(i))];

    public static async Task RunAsync(Report report)
    {
        using var chip = new GpioSim("lab", LineCount);
        await report.CheckAsync("gpio: 32 lines, each edge once, in order, with the level it led to and the time it happened", () => EdgesAsync(chip));
        await report.CheckAsync("gpio: the kernel's debounce makes one edge of a bouncing contact and none of a short glitch", () => DebounceAsync(chip));
        await report.CheckAsync("gpio: active-low and pull-up are what they say", () => PolarityAsync(chip));
        await report.CheckAsync("gpio: when edges overflow their buffer the loss is counted, levels come right, pulses keep their number",
            () => OverflowAsync(chip));
        await report.CheckAsync("gpio: a wait ends in time, can be cancelled, and loses nothing by it", () => WaitAsync(chip));
        await report.CheckAsync("gpio: a line in use, off the chip or without interrupts is refused with words", () => RefusalsAsync(chip));
        await report.CheckAsync("gpio: an output line is driven, pulsed and let go as its polarity and drain say", () => OutputAsync(chip));
        await report.CheckAsync("gpio: a bank of contacts and a pulse counter reads them as the site would", () => BankAsync(chip));
        await report.CheckAsync("gpio: a chip that goes away is said, and works when it is back", GoneAsync);
    }

    private static async Task EdgesAsync(GpioSim chip)
    {
        Low(chip);
        await using var lines = GpioLines.Open(chip.Path, AllLines, Time);
        Must.Equal(0ul, lines.ReadLevels(), "levels");
        var threads = LineThreads.Find(LineCount);
        var random = new Random(32);
        var edges = new LineEdge[64];
        var latencies = new List<double>();
        var active = new bool[LineCount];
        for (var round = 0; round < 20; round++)
        {
            var order = Enumerable.Range(0, LineCount).ToArray();
            random.Shuffle(order);
            var before = Time.GetTimestamp();
            foreach (var line in order) chip.Drive(line, active[line] = !active[line]);
            await threads.SettleAsync();
            var told = new List<LineEdge>();
            while (told.Count < LineCount && await lines.ReadEdgesAsync(edges, TimeSpan.FromSeconds(2), default) is var count and > 0)
                told.AddRange(edges.Take(count));
            var after = Time.GetTimestamp();
            Must.Same(order.Order(), told.Select(edge => edge.Line).Order(), $"round {round}: lines");
            Must.Be(told.All(edge => edge.IsActive == active[edge.Line]), $"round {round}: an edge led elsewhere than its line.");
            // A tenth of a millisecond: the two clocks are read one after the other.
            var (early, late) = (before - Time.TimestampFrequency / 10_000, after + Time.TimestampFrequency / 10_000);
            Must.Be(told.All(edge => edge.Timestamp >= early && edge.Timestamp <= late), $"round {round}: an edge has a time at which it did not happen.");
        }
        for (var i = 0; i < 200; i++)
        {
            var read = lines.ReadEdgesAsync(edges, TimeSpan.FromSeconds(2), default);
            await Task.Delay(1);
            chip.Drive(3, i % 2 != 0 == active[3]);
            Must.Equal(1, await read, "edges");
            latencies.Add(Time.GetElapsedTime(edges[0].Timestamp).TotalMilliseconds);
        }
        latencies.Sort();
        Report.Note($"from the kernel's stamp to the reader: {latencies[100]:0.00} ms in the middle, {latencies[197]:0.00} ms at the 99th percentile (emulated)");
        Must.Equal(0L, lines.EdgesLost, "edges lost");
    }

    private static async Task DebounceAsync(GpioSim chip)
    {
        Low(chip);
        var debounce = TimeSpan.FromMilliseconds(20);
        await using var lines = GpioLines.Open(chip.Path, [new LineSettings(5, Debounce: debounce), new LineSettings(6)], Time);
        var edges = new LineEdge[16];
        // An emulated machine may stop for longer than the debounce; what it then tells is right and says nothing.
        for (var isQuick = false; !isQuick;)
        {
            chip.Drive(5, isHigh: false);
            await Task.Delay(100);
            while (await lines.ReadEdgesAsync(edges, TimeSpan.Zero, default) > 0) { }
            var (first, last) = (Time.GetTimestamp(), 0L);
            for (var i = 0; i < 5; i++)
            {
                last = Time.GetTimestamp();
                chip.Drive(5, isHigh: i % 2 == 0);
                for (var until = Time.GetTimestamp(); Time.GetElapsedTime(until) < debounce / 10;) Thread.SpinWait(100);
            }
            isQuick = Time.GetElapsedTime(first) < debounce;
            if (!isQuick) continue;
            Must.Equal(1, await lines.ReadEdgesAsync(edges, TimeSpan.FromSeconds(2), default), "edges of a bouncing contact");
            Must.Be(edges[0] is { Line: 0, IsActive: true }, $"{edges[0]} is not the edge of the contact.");
            // The kernel's timer counts jiffies of 4 ms, and an emulated machine may catch up on several at once; bounces are 2 ms apart.
            var quiet = Time.GetElapsedTime(last, edges[0].Timestamp);
            Must.Be(quiet > debounce / 2, $"The edge was told when the contact had been quiet for {quiet}.");
        }
        for (var isQuick = false; !isQuick;)
        {
            chip.Drive(6, isHigh: false);
            while (await lines.ReadEdgesAsync(edges, TimeSpan.FromMilliseconds(100), default) > 0) { }
            var first = Time.GetTimestamp();
            chip.Drive(5, isHigh: false);
            chip.Drive(5, isHigh: true);
            isQuick = Time.GetElapsedTime(first) < debounce / 2;
            chip.Drive(6, isHigh: true);
            await Task.Delay(60);
            var count = await lines.ReadEdgesAsync(edges, TimeSpan.FromMilliseconds(200), default);
            if (!isQuick) continue;
            Must.Equal(1, count, "edges beside a glitch");
            Must.Equal(1, edges[0].Line, "line of the edge");
            Must.Equal(0b11ul, lines.ReadLevels(), "levels");
        }
    }

    private static async Task PolarityAsync(GpioSim chip)
    {
        Low(chip);
        await using var lines = GpioLines.Open(chip.Path,
            [new LineSettings(1, ActiveLow: true), new LineSettings(2, Bias: LineBias.PullUp), new LineSettings(3, true, LineBias.PullUp)], Time);
        Must.Equal(0b011ul, lines.ReadLevels(), "levels");
        chip.Drive(1, isHigh: true);
        var edges = new LineEdge[4];
        Must.Equal(1, await lines.ReadEdgesAsync(edges, TimeSpan.FromSeconds(2), default), "edges");
        Must.Be(edges[0] is { Line: 0, IsActive: false }, $"{edges[0]} is not a falling edge of line 0.");
    }

    private static async Task OverflowAsync(GpioSim chip)
    {
        Low(chip);
        await using var lines = GpioLines.Open(chip.Path, AllLines, Time);
        var threads = LineThreads.Find(LineCount);
        // 50 pulses and a last edge on each of 32 lines: three times what the kernel keeps.
        const int EdgesOfLine = 101, Kept = 1024;
        for (var i = 0; i < EdgesOfLine; i++)
        {
            for (var line = 0; line < LineCount; line++)
                chip.Drive(line, isHigh: i % 2 == 0);
            await threads.SettleAsync();
        }
        var edges = new LineEdge[100];
        var told = new List<LineEdge>();
        while (await lines.ReadEdgesAsync(edges, TimeSpan.FromMilliseconds(50), default) is var count and > 0) told.AddRange(edges.Take(count));
        Must.Equal((long)(EdgesOfLine * LineCount - Kept), lines.EdgesLost, "edges lost");
        Must.Equal(uint.MaxValue, lines.ReadLevels(), "levels");
        Must.Equal(EdgesOfLine * LineCount, told.Count, "edges told, those made up too");
        for (var line = 0; line < LineCount; line++)
        {
            var own = told.Where(edge => edge.Line == line).ToList();
            Must.Be(own.Select((edge, index) => edge.IsActive == (index % 2 == 0)).All(isRight => isRight), $"Line {line}: edges do not alternate.");
            Must.Be(own.Zip(own.Skip(1)).All(pair => pair.First.Timestamp <= pair.Second.Timestamp), $"Line {line}: times run backwards.");
        }
    }

    private static async Task WaitAsync(GpioSim chip)
    {
        Low(chip);
        await using var lines = GpioLines.Open(chip.Path, AllLines, Time);
        var edges = new LineEdge[4];
        Must.Equal(0, await lines.ReadEdgesAsync(edges, TimeSpan.Zero, default), "edges at once");
        var before = Time.GetTimestamp();
        Must.Equal(0, await lines.ReadEdgesAsync(edges, TimeSpan.FromMilliseconds(100), default), "edges of nothing");
        Must.Be(Time.GetElapsedTime(before) >= TimeSpan.FromMilliseconds(100), "The wait was too short.");
        using var cancellation = new CancellationTokenSource();
        var read = lines.ReadEdgesAsync(edges, TimeSpan.FromSeconds(20), cancellation.Token);
        cancellation.Cancel();
        try
        {
            await read;
            Must.Be(false, "The wait was cancelled and went on.");
        }
        catch (OperationCanceledException)
        {
            chip.Drive(9, isHigh: true);
        }
        Must.Equal(1, await lines.ReadEdgesAsync(edges, TimeSpan.FromSeconds(2), default), "edges after a cancelled wait");
        Must.Equal(9, edges[0].Line, "line");
    }

    private static async Task RefusalsAsync(GpioSim chip)
    {
        await using (GpioLines.Open(chip.Path, [new LineSettings(7)], Time))
        {
            var words = Must.Fail(() => GpioLines.Open(chip.Path, [new LineSettings(6), new LineSettings(7)], Time));
            Must.Say("line 7 is in use by \"ecocentre-edge\"", words);
            Must.Say(chip.Path, words);
        }
        await GpioLines.Open(chip.Path, [new LineSettings(7)], Time).DisposeAsync();
        Must.Say("lines 0 to 31", Must.Fail(() => GpioLines.Open(chip.Path, [new LineSettings(32)], Time)));
        Must.Say("asked for twice", Must.Fail(() => GpioLines.Open(chip.Path, [new LineSettings(7), new LineSettings(7)], Time)));
        using var bridge = new Mcp2221(new SimulatedI2cPort());
        await bridge.PlugAsync();
        Must.Say("cannot tell edges", Must.Fail(() => GpioLines.Open(bridge.GpioPath, [new LineSettings(0)], Time)));
    }

    private static async Task OutputAsync(GpioSim chip)
    {
        Low(chip);
        using (var plain = OutputLine.Open(chip.Path, new OutputSettings(7)))
        {
            Must.Be(!chip.IsHigh(7), "An inactive output is high.");
            plain.Drive(true);
            Must.Be(chip.IsHigh(7), "An active output is low.");
            plain.Drive(false);
            Must.Be(!chip.IsHigh(7), "An output that is inactive again is high.");
            Must.Say("line 7 is in use by \"ecocentre-edge\"", Must.Fail(() => OutputLine.Open(chip.Path, new OutputSettings(7))));
            Must.Say("line 7 is in use", Must.Fail(() => GpioLines.Open(chip.Path, [new LineSettings(7)], Time)));
        }
        Must.Say("lines 0 to 31", Must.Fail(() => OutputLine.Open(chip.Path, new OutputSettings(32))));
        using (var low = OutputLine.Open(chip.Path, new OutputSettings(8, ActiveLow: true)))
        {
            Must.Be(chip.IsHigh(8), "An inactive output that is active at 0 V is low.");
            low.Drive(true);
            Must.Be(!chip.IsHigh(8), "An active output that is active at 0 V is high.");
            var before = Time.GetTimestamp();
            low.Pulse(TimeSpan.FromMilliseconds(2));
            Must.Be(Time.GetElapsedTime(before) >= TimeSpan.FromMilliseconds(2), "The pulse was too short.");
            Must.Be(chip.IsHigh(8), "The line is low after the pulse.");
        }
        // As the RESET line of multiplexers. The chip has no drain of its own, so the kernel makes an input of the line for high; the chip then keeps the
        // level that was driven last, which is never high: where there was none, that of the pull.
        chip.Drive(9, isHigh: true);
        using (var reset = OutputLine.Open(chip.Path, new OutputSettings(9, ActiveLow: true, OpenDrain: true)))
        {
            Must.Be(chip.IsHigh(9), "A line that was let go is low.");
            reset.Pulse(TimeSpan.FromMicroseconds(10));
            Must.Be(!chip.IsHigh(9), "The pulse did not pull the line low, or drove it high after.");
        }
        Must.Be(chip.IsHigh(9), "A line that was freed does not follow its pull-up.");
        await using var input = GpioLines.Open(chip.Path, [new LineSettings(7), new LineSettings(8)], Time);
        Must.Equal(2, input.Lines.Length, "lines that are free again");
    }

    private static async Task BankAsync(GpioSim chip)
    {
        Low(chip);
        var debounce = TimeSpan.FromMilliseconds(5);
        var contacts = Enumerable.Range(0, 31).Select(i => new ContactInput(
            new ContactOptions { Name = $"pir-{i}", Line = new LineSettings(i, Debounce: debounce), Confirm = TimeSpan.FromSeconds(60) },
            new PointId((ushort)i), Time));
        var pulses = new PulseInput(new PulseOptions
        {
            Name = "water", Line = new LineSettings(31), Quantity = "water", PerPulse = 0.01, Register = 100,
            Period = TimeSpan.FromMilliseconds(500),
        }, new PointId(31), carry: null, Time);
        var now = () => Instant.From(Time.GetUtcNow());
        await using var bank = new GpioBank("lab", [.. contacts, pulses], settings => GpioLines.Open(chip.Path, settings, Time), Time, now);
        var buffer = new Reading[bank.Points.Length];
        var values = new double[bank.Points.Length];
        // The first poll requests the lines; nobody counts before it.
        await bank.PollAsync(buffer, default);
        var driving = DriveAsync();
        var begun = Time.GetTimestamp();
        while (Time.GetElapsedTime(begun) < BankMax && !(values[31] > 100.0995 && values.Take(31).All(v => v == 1)))
        {
            var result = await bank.PollAsync(buffer, default);
            Must.Be(result.Fault is null or { Kind: FaultKind.EdgesLost }, $"{result.Fault}");
            foreach (var reading in buffer.AsSpan(0, result.Count)) values[reading.Point.Value] = reading.Value;
        }
        await driving;
        Must.Be(values.Take(31).All(v => v == 1), "A contact is not told as closed.");
        Must.Be(Math.Abs(values[31] - 100.1) < 1e-6, $"10 pulses of 10 l after 100 m3 made {values[31]} m3.");

        async Task DriveAsync()
        {
            for (var i = 0; i < 31; i++) chip.Drive(i, isHigh: true);
            for (var i = 0; i < 10; i++)
            {
                chip.Drive(31, isHigh: true);
                await Task.Delay(80);
                chip.Drive(31, isHigh: false);
                await Task.Delay(80);
            }
        }
    }

    private static async Task GoneAsync()
    {
        var edges = new LineEdge[4];
        GpioLines lines;
        using (var chip = new GpioSim("visitor", 4))
        {
            lines = GpioLines.Open(chip.Path, [new LineSettings(0)], Time);
            Must.Equal(0ul, lines.ReadLevels(), "levels");
        }
        Must.Say("gone", await Must.FailAsync(async () => await lines.ReadEdgesAsync(edges, TimeSpan.FromMilliseconds(100), default)));
        Must.Say("gone", Must.Fail(() => lines.ReadLevels()));
        await lines.DisposeAsync();
        using var again = new GpioSim("visitor", 4);
        await using var back = GpioLines.Open(again.Path, [new LineSettings(0)], Time);
        again.Drive(0, isHigh: true);
        Must.Equal(1, await back.ReadEdgesAsync(edges, TimeSpan.FromSeconds(2), default), "edges");
    }

    private static void Low(GpioSim chip)
    {
        for (var line = 0; line < chip.Lines; line++) chip.Drive(line, isHigh: false);
    }
}
