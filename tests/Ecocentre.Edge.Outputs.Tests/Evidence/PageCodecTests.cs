using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

public sealed class PageCodecTests
{
    // Values at the edges of every form: nothing, zeros, wholes, decimals as quotient and as product, 32-bit floats, all digits, extremes.
    private static readonly double[] Odd =
    [
        double.NaN, BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_0001), 0.0, -0.0, 1, -1, 0.1, 230.2, 2302 * 0.1, 1234.567, 1234567 * 1e-3,
        -12345.6789, 1e-6, 123456789.123456, (float)230.2, (float)1e-30, float.MaxValue, float.Epsilon, Math.PI, 1.0 / 3, 1L << 47, 1L << 48,
        (1L << 53) + 2.0, 4294967295, 281474976710655, 281474976710655.5, double.MaxValue, double.MinValue, double.Epsilon,
        double.PositiveInfinity, double.NegativeInfinity, 0.30000000000000004, 100000000000.01,
    ];

    /// <summary>A page of three entries as format 1 writes it, too small for compression to help. Logs in the field hold such pages for years.</summary>
    private const string Golden =
        "01004b2de320880301010202020101dfc8070080989abc0400000278780506fc239c85e30b010002003eaaaaab0300400921fb54442d18"
        + "0006040407029e0fdfc80701046d61696e01780000000000000080";

    /// <summary>A page of one record, likewise.</summary>
    private const string GoldenRecord =
        "01005130133b3701039f1f040b77617374652e70617065723f7b226b696e64223a22616d6f756e74222c2276616c7565223a31322e352c22756e6974"
        + "223a226b67222c22617574686f72223a224d2e2044757072c3a9227d";

    [Theory]
    [InlineData(20261121)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_facts_come_back_bit_for_bit(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            var (catalog, facts) = RandomFacts(random);
            var key = new PageKey(new SequenceRange(random.NextInt64(1, 1L << 50), 0), new Instant(random.NextInt64(-1L << 40, 1L << 42)));
            key = key with { Range = new SequenceRange(key.Range.First, key.Range.First + facts.Count - 1) };
            var entries = PageCodec.Decode(key, PageCodec.Encode(key, facts, catalog), catalog);
            Assert.Equal(Enumerable.Range(0, facts.Count).Select(row => key.Range.First + row), entries.Select(entry => entry.Sequence));
            Assert.Equal(facts, entries.Select(entry => entry.Fact));
            Assert.Equal(facts.Select(Bits), entries.Select(entry => Bits(entry.Fact)));
        }
    }

    [Fact]
    public void Any_changed_byte_is_found()
    {
        var random = new Random(7);
        var (catalog, facts) = RandomFacts(random);
        var key = new PageKey(new SequenceRange(11, 10 + facts.Count), Facts.Start);
        var body = PageCodec.Encode(key, facts, catalog);
        Assert.True(PageCodec.IsWhole(key, body));
        for (var index = 0; index < body.Length; index++)
        {
            var changed = (byte[])body.Clone();
            changed[index] ^= (byte)(1 << random.Next(8));
            Assert.False(PageCodec.IsWhole(key, changed));
            Assert.Throws<InvalidDataException>(() => PageCodec.Decode(key, changed, catalog));
        }
        for (var length = 0; length < body.Length; length += 3)
            Assert.Throws<InvalidDataException>(() => PageCodec.Decode(key, body.AsSpan(0, length), catalog));
    }

    [Fact]
    public void A_page_under_another_key_is_found()
    {
        var (catalog, facts) = RandomFacts(new Random(8));
        var key = new PageKey(new SequenceRange(11, 10 + facts.Count), Facts.Start);
        var body = PageCodec.Encode(key, facts, catalog);
        foreach (var other in new[]
        {
            key with { Range = new SequenceRange(12, 11 + facts.Count) }, key with { Range = new SequenceRange(11, 11 + facts.Count) },
            key with { At = new Instant(Facts.Start.UnixMilliseconds + 1) },
        })
        {
            Assert.False(PageCodec.IsWhole(other, body));
            Assert.Throws<InvalidDataException>(() => PageCodec.Decode(other, body, catalog));
        }
    }

    [Fact]
    public void A_page_of_unknown_series_is_refused()
    {
        var (catalog, facts) = RandomFacts(new Random(9));
        var key = new PageKey(new SequenceRange(1, facts.Count), Facts.Start);
        var body = PageCodec.Encode(key, facts, catalog);
        var refused = Assert.Throws<InvalidDataException>(() => PageCodec.Decode(key, body, SeriesCatalog.Empty));
        Assert.Contains("series", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_of_format_1_stay_readable()
    {
        var (key, catalog, facts) = GoldenFacts();
        Assert.Equal(Golden, Convert.ToHexStringLower(PageCodec.Encode(key, facts, catalog)));
        Assert.Equal(facts, PageCodec.Decode(key, Convert.FromHexString(Golden), catalog).Select(entry => entry.Fact));
    }

    [Fact]
    public void A_page_of_one_record_is_written_as_format_1_says()
    {
        var record = new RecordFact(Facts.Start, RecordKind.Entry, "waste.paper", """{"kind":"amount","value":12.5,"unit":"kg","author":"M. Dupré"}""");
        var key = new PageKey(new SequenceRange(7, 7), Facts.Start + TimeSpan.FromSeconds(2));
        var body = PageCodec.Encode(key, [record], SeriesCatalog.Empty);
        Assert.Equal(GoldenRecord, Convert.ToHexStringLower(body));
        Assert.Equal(new LogEntry(7, record), Assert.Single(PageCodec.Decode(key, body, SeriesCatalog.Empty)));
    }

    [Fact]
    public void A_minute_of_400_points_takes_less_than_20_bytes_a_window()
    {
        var plant = Facts.Plant(400);
        var catalog = plant.Aggregate(SeriesCatalog.Empty, (known, series) => known.With(series));
        var facts = Facts.Windows(plant, WindowKind.Minute, Facts.Start, new Random(1));
        var body = PageCodec.Encode(new PageKey(new SequenceRange(1, 400), Facts.Start), facts, catalog);
        Assert.InRange(body.Length, 1, 400 * 20);
    }

    private static (PageKey Key, SeriesCatalog Catalog, List<LogFact> Facts) GoldenFacts()
    {
        var power = new Series("main.power.active", "power.active", "W", PointKind.Gauge, "main", null);
        var energy = new Series("main.energy.active.import", "energy.active.import", "kWh", PointKind.Counter, "main", "hall");
        var catalog = SeriesCatalog.Empty.With(power).With(energy);
        var minute = new Window(Facts.Start, TimeSpan.FromMinutes(1));
        List<LogFact> facts =
        [
            new WindowFact(power, new Aggregate(default, WindowKind.Minute, minute, 0, 60, 230.2, 1 / 3f, Math.PI, 230.2, double.NaN, 1)),
            new WindowFact(energy, new Aggregate(
                default, WindowKind.Minute, minute, 1, 60, double.NaN, double.NaN, double.NaN, 123456.78, 0.02, 0.975)),
            new IncidentFact(new Incident(Facts.Start, IncidentKind.Glitch, "main", "x", -0.0)),
        ];
        return (new PageKey(new SequenceRange(41, 43), Facts.Start + TimeSpan.FromSeconds(62)), catalog, facts);
    }

    private static (SeriesCatalog Catalog, List<LogFact> Facts) RandomFacts(Random random)
    {
        var series = Enumerable.Range(0, random.Next(1, 40)).Select(index => new Series(
            $"point-{index}", Text(random), Text(random), (PointKind)random.Next(3), Text(random), random.Next(2) == 0 ? null
                : Text(random))).ToArray();
        var catalog = series.Aggregate(SeriesCatalog.Empty, (known, one) => known.With(one));
        var facts = new List<LogFact>();
        var count = random.Next(1, 200);
        for (var row = 0; row < count; row++)
        {
            var at = new Instant(random.NextInt64(-1L << 45, 1L << 45));
            if (random.Next(8) == 0) facts.Add(new RecordFact(at, (RecordKind)random.Next(256), Text(random), $"{{\"{Text(random)}\":1}}"));
            else if (random.Next(4) == 0)
                facts.Add(new IncidentFact(new Incident(at, (IncidentKind)random.Next(256), Text(random), Text(random), Value(random))));
            else
            {
                var window = new Window(at, TimeSpan.FromTicks(random.NextInt64(0, TimeSpan.TicksPerDay * 2)));
                facts.Add(new WindowFact(series[random.Next(series.Length)], new Aggregate(
                    default, (WindowKind)random.Next(5), window, random.Next(), random.Next(),
                    Value(random), Value(random), Value(random), Value(random), Value(random), random.NextDouble())));
            }
        }
        return (catalog, facts);
    }

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "aé会 🏢\n\"\\0"[random.Next(4)]));

    private static double Value(Random random) => random.Next(8) switch
    {
        0 => BitConverter.Int64BitsToDouble(random.NextInt64()),
        1 => random.NextDouble() * 1000,
        2 => (float)(random.NextDouble() * 1000),
        3 => random.Next(1_000_000) / 100.0,
        4 => random.Next(1_000_000) * 0.001,
        5 => random.Next(),
        _ => Odd[random.Next(Odd.Length)],
    };

    /// <summary>Zeros of either sign and NaNs of any payload compare equal as values: their bits are compared apart.</summary>
    private static string Bits(LogFact fact) => fact switch
    {
        WindowFact { Aggregate: var a } =>
            string.Join(' ', new[] { a.Min, a.Max, a.Mean, a.Last, a.Delta, a.Coverage }.Select(BitConverter.DoubleToInt64Bits)),
        IncidentFact incident => BitConverter.DoubleToInt64Bits(incident.Incident.Value).ToString(),
        _ => "",
    };
}
