using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Benchmarks.Evidence;

/// <summary>Points of a centre with the noise they really have: twelve readings a minute as meters and sensors give them, in the steps and floats of
/// their registers. Seeded.</summary>
/// <remarks>Twenty points a meter (four powers, three reactive, three voltages, four currents, four counters, factor, frequency), every third
/// of them a meter that gives floats instead of decimals; five a room (CO2, temperature, humidity, PM2.5, VOC index).</remarks>
internal sealed class CentreWeather
{
    private readonly Signal[] _signals;
    private readonly double[] _loads;
    private readonly int _readings;
    private ulong _state = 0x9E3779B97F4A7C15;

    /// <param name="readings">Readings a minute.</param>
    internal CentreWeather(int points, int readings)
    {
        _readings = readings;
        // Seven of ten points belong to meters.
        var meters = Math.Max(1, points * 7 / 10 / 20);
        var signals = new List<Signal>();
        for (var meter = 0; meter < meters; meter++) signals.AddRange(Meter(meter));
        for (var room = 0; signals.Count < points; room++) signals.AddRange(Room(room));
        _signals = [.. signals.Take(points)];
        _loads = new double[meters];
        Series = [.. _signals.Select(signal => signal.Series)];
    }

    internal Series[] Series { get; }

    /// <summary>What every point does in the next minute.</summary>
    /// <param name="minute">Minutes since a Monday midnight.</param>
    internal void Next(int minute, Span<Aggregate> minutes, Window window)
    {
        for (var meter = 0; meter < _loads.Length; meter++)
            // Compressors and kettles go on and off; people come at eight and go at seven.
            if (Uniform() < 0.03) _loads[meter] = (300 + 2_500 * Presence(minute)) * (1 + meter % 5) * (0.5 + Uniform());
        for (var point = 0; point < _signals.Length; point++) minutes[point] = Minute(_signals[point], minute, window);
    }

    private Aggregate Minute(Signal signal, int minute, Window window)
    {
        if (signal.Series.Kind == PointKind.Counter)
        {
            var before = signal.Register;
            signal.Counted += Math.Max(0, _loads[signal.Of]) * signal.Share / 60_000 * (1 + 0.02 * Normal());
            signal.Register = Math.Floor(signal.Counted * 100) / 100;
            return new Aggregate(default, WindowKind.Minute, window, 0, _readings, double.NaN, double.NaN, double.NaN, signal.Register,
                signal.Register - before, 1);
        }
        signal.Wander = 0.98 * signal.Wander + signal.Drift * Normal();
        var level = signal.Level + signal.Wander + signal.Share * (signal.Of >= 0 ? _loads[signal.Of] : signal.Swing * Presence(minute));
        double min = double.PositiveInfinity, max = double.NegativeInfinity, sum = 0, last = 0;
        for (var reading = 0; reading < _readings; reading++)
        {
            var value = level + (signal.Noise + signal.NoiseShare * Math.Abs(level)) * Normal();
            last = signal.Step > 0 ? Math.Round(value / signal.Step) * signal.Step : (float)value;
            if (signal.Step > 0) last = Math.Round(last, 3);
            (min, max, sum) = (Math.Min(min, last), Math.Max(max, last), sum + last);
        }
        // Weighted by milliseconds that never are quite the same.
        var mean = Math.Clamp(sum / _readings + (max - min) * 0.01 * (Uniform() - 0.5), min, max);
        return new Aggregate(default, WindowKind.Minute, window, 0, _readings, min, max, mean, last, double.NaN, Uniform() < 0.01 ? 11 / 12.0 : 1);
    }

    private static IEnumerable<Signal> Meter(int meter)
    {
        var name = $"meter-{meter}";
        // 0.1 W, 0.1 V, 0.01 A; or floats.
        double Step(double step) => meter % 3 == 2 ? 0 : step;
        Signal Of(string quantity, double level, double share) =>
            new(Known(name, quantity)) { Of = meter, Level = level, Share = share };
        foreach (var (phase, share) in new[] { ("", 1.0), (".l1", 0.4), (".l2", 0.35), (".l3", 0.25) })
            yield return Of("power.active" + phase, 0, share).With(noiseShare: 0.01, noise: 1, step: Step(0.1));
        foreach (var (phase, share) in new[] { (".l1", 0.1), (".l2", 0.08), (".l3", 0.06) })
            yield return Of("power.reactive" + phase, 20, share).With(noiseShare: 0.01, noise: 1, step: Step(0.1));
        foreach (var phase in new[] { "l1", "l2", "l3" })
            yield return Of("voltage." + phase, 231, -0.0002).With(noise: 0.25, drift: 0.15, step: Step(0.1));
        foreach (var (phase, share) in new[] { ("l1", 0.4), ("l2", 0.35), ("l3", 0.25), ("neutral", 0.1) })
            yield return Of("current." + phase, 0.1, share / 231).With(noiseShare: 0.01, noise: 0.005, step: Step(0.01));
        yield return Of("power.factor", 0.96, -0.00001).With(noise: 0.003, step: Step(0.001));
        yield return Of("frequency", 50, 0).With(noise: 0.004, drift: 0.003, step: Step(0.01));
        foreach (var (quantity, share) in new[] { ("energy.active.import", 1.0), ("energy.active.export", 0.0), ("energy.reactive.import", 0.2),
            ("energy.active.total", 1.0) })
            yield return Of(quantity, 0, share);
    }

    private static IEnumerable<Signal> Room(int room)
    {
        var name = $"room-{room}";
        Signal Of(string quantity, double level, double swing) => new(Known(name, quantity)) { Of = -1, Level = level, Share = 1, Swing = swing };
        yield return Of("co2", 450, 400 + 20 * room % 300).With(noise: 4, drift: 6, step: 1);
        yield return Of("temperature", 20.5, 2).With(noise: 0.02, drift: 0.02, step: 0.01);
        yield return Of("humidity", 45, 3).With(noise: 0.05, drift: 0.1, step: 0.01);
        yield return Of("pm.2-5", 6, 3).With(noise: 0.3, drift: 0.2, step: 0.1);
        yield return Of("voc.index", 100, 60).With(noise: 1, drift: 2, step: 1);
    }

    private static Series Known(string device, string quantity)
    {
        Quantity.TryGet(quantity, out var known);
        return new Series($"{device}.{quantity}", quantity, known!.Unit, known.Kind, device, null);
    }

    private static double Presence(int minute)
    {
        var (day, hour) = (minute / 1_440 % 7, minute % 1_440 / 60.0);
        return day >= 5 || hour is < 7.5 or > 19.5 ? 0.02 : Math.Sin((hour - 7.5) / 12 * Math.PI);
    }

    private double Uniform()
    {
        // xorshift64 (Marsaglia 2003): a hundred million of them a run.
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return (_state >> 11) * (1.0 / (1UL << 53));
    }

    // Four uniform ones: near enough to a normal distribution of deviation 1.
    private double Normal() => (Uniform() + Uniform() + Uniform() + Uniform() - 2) * 1.732;

    private sealed class Signal(Series series)
    {
        internal Series Series => series;

        /// <summary>The meter whose load it follows, or -1 for a room.</summary>
        internal int Of { get; init; }

        internal double Level { get; init; }

        internal double Share { get; init; }

        internal double Swing { get; init; }

        internal double Noise { get; private set; }

        internal double NoiseShare { get; private set; }

        internal double Drift { get; private set; }

        internal double Step { get; private set; }

        internal double Wander { get; set; }

        internal double Counted { get; set; } = 12_345;

        internal double Register { get; set; } = 12_345;

        internal Signal With(double noise = 0, double noiseShare = 0, double drift = 0, double step = 0)
        {
            (Noise, NoiseShare, Drift, Step) = (noise, noiseShare, drift, step);
            return this;
        }
    }
}
