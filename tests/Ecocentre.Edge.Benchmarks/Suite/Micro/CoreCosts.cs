using System.Collections.Immutable;
using System.Globalization;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Benchmarks.Suite.Micro;

/// <summary>What one reading costs on its way through the machine.</summary>
/// <remarks>Expectations. Decoding: at most 3 ns a float32, where C needs 0.9 ns. Planning a meter of 40 points: under 1 ms, once a start. Accepting: at most
/// 10 ns and no byte a reading, in random order over 32,000 points, where C that adds to one of as many sums needs 2 to 4 ns. An idle step: under 5 ns a
/// point. Closing a minute of 20 readings a point: under 1 µs a point. Judging: a window's close of 400 points under 27 criteria at most 5 ms.</remarks>
internal static class CoreCosts
{
    internal static IEnumerable<Measure> Measures =>
    [
        new("decode", DecodeAsync), Measure.Of("plan", Plan), new("accept", AcceptAsync), Measure.Of("step", Step), Measure.Of("judge", Judge),
    ];

    private static async Task DecodeAsync(Action<Figure> found)
    {
        const int values = 40;
        var reference = (await ReferenceProgram.RunAsync("decode"))[0];
        foreach (var type in (RegisterType[])[RegisterType.Float32, RegisterType.Int32])
        {
            var format = new RegisterFormat(type, WordOrder.Abcd);
            var (words, numbers) = (new ushort[2 * values], new double[values]);
            for (var i = 0; i < values; i++) RegisterEncoder.Number(1000 + i, format, words.AsSpan(2 * i));
            var request = new ModbusRead(1, RegisterTable.Holding, 0, 2 * values);
            var pdu = new byte[Pdu.LengthMax];
            var length = Pdu.WriteReply(request, words, pdu);
            found(new Figure($"{type} from a reply's bytes to a number, {values} a reply", Rounds.Best(400, 200 * values, () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    Pdu.DecodeReply(request, pdu.AsSpan(0, length), words);
                    RegisterDecoder.Numbers(words, format, numbers);
                }
            }), "ns/value") { Reference = reference, Of = "C: float32 from bytes", AtMost = 3 });
        }
        MeterPoint[] points = [.. Enumerable.Range(0, values).Select(i => new MeterPoint
        {
            Quantity = Quantity.All.First(), Table = RegisterTable.Holding, Registers = [2 * i],
            Format = new RegisterFormat(RegisterType.Int32, WordOrder.Cdab), Unit = "W", Factor = 0.1, Invalid = [0x7FFF_FFFF],
        })];
        var sum = 0.0;
        var registers = new ushort[2 * values];
        // Half a second: until then what calls it may not be compiled well.
        found(new Figure("a point with \"no value\" marks and a decimal step", Rounds.Best(16_000, 100 * values, () =>
        {
            for (var i = 0; i < 100; i++)
                foreach (var point in points) sum += point.Decode(registers.AsSpan(point.Address));
        }), "ns/value") { AtMost = 10 });
    }

    private static IEnumerable<Figure> Plan()
    {
        var model = MeterModel.Load(Path.Combine(Repository.MeterModels, "eastron-sdm630.json"), []) ?? throw new InvalidOperationException("no model");
        ImmutableArray<string> quantities = [.. model.Points.Keys.Order(StringComparer.Ordinal).Take(40)];
        var options = new MeterOptions { Name = "m", Unit = 1, Quantities = quantities };
        yield return new Figure("the requests to a meter of 40 points, on a serial line",
            Rounds.Best(20, 1, () => MeterSetup.Make(model, options, new PointId(0), ReadCost.Rtu(9_600, 10, TimeSpan.Zero, ReadCost.UsualTurnaround))) / 1e6,
            "ms") { AtMost = 1 };
    }

    private static async Task AcceptAsync(Action<Figure> found)
    {
        foreach (var points in (int[])[10_000, 32_000])
        {
            var reference = await ReferenceProgram.RunAsync("accept", points.ToString(CultureInfo.InvariantCulture));
            var bench = new GatewayBenchmarks { Points = points };
            bench.Make();
            var rounds = points > 20_000 ? 20 : 30;
            found(new Figure($"a reading accepted, {points:N0} points in random order",
                bench.BestAccept(rounds, atRandom: true), "ns/reading") { Reference = reference[0], Of = "C: sums by index", AtMost = 10 });
            found(new Figure($"a reading accepted, {points:N0} points in their order", bench.BestAccept(rounds, atRandom: false), "ns/reading"));
            bench.Advance();
            found(new Figure($"bytes allocated by it, {points:N0} points", bench.Allocated(), "B/reading") { AtMost = 0 });
        }
    }

    private static IEnumerable<Figure> Step()
    {
        var bench = new GatewayBenchmarks { Points = 10_000 };
        bench.Make();
        bench.Advance();
        yield return new Figure("a step with nothing due, 10,000 points", Rounds.Best(50, 100 * bench.Points, bench.IdleStep), "ns/point") { AtMost = 5 };
        var best = double.MaxValue;
        for (var round = 0; round < 12; round++)
        {
            bench.FillMinute();
            best = Math.Min(best, Rounds.Once(bench.Points, () => bench.CloseMinute()));
        }
        yield return new Figure("a minute of 60 readings a point closed, 10,000 points", best, "ns/point") { AtMost = 1_000 };
    }

    private static IEnumerable<Figure> Judge()
    {
        var bench = new VerdictsBenchmarks();
        bench.Make();
        yield return new Figure("a quarter hour's close: 400 points, 27 criteria",
            Enumerable.Range(0, 16).Min(_ => Rounds.Once(1, () => bench.WindowClose())) / 1e6, "ms") { AtMost = 5 };
    }
}
