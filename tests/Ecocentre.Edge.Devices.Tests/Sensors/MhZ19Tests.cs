using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class MhZ19Tests : DeviceContract
{
    private const double Co2 = 742;

    private protected override TimeSpan WarmUp => TimeSpan.FromMinutes(3.5);

    private protected override (IDevice Device, VirtualTime Time) Make(Wire wire, int seed)
    {
        var bench = new Bench("mh-z19b", static () => Co2);
        var random = new Random(seed);
        if (wire == Wire.Dead) bench.Chip.IsPlugged = false;
        if (wire == Wire.Flaky)
            bench.Chip.Disturb = answer =>
            {
                if (random.Next(8) == 0) answer[random.Next(9)] ^= (byte)(1 << random.Next(8));
                return random.Next(10) == 0 ? answer[..random.Next(9)] : answer;
            };
        return (bench.Sensor, bench.Time);
    }

    /// <summary>User's manual of the MH-Z19B, version 1.0: the example command, and the answer 02 60 which is 608 ppm.</summary>
    [Fact]
    public void The_worked_example_of_the_manual_comes_out()
    {
        Assert.Equal("FF0186000000000079", Convert.ToHexString(MhZ19.Command(0x86)));
        Assert.Equal("FF0187000000000078", Convert.ToHexString(MhZ19.Command(0x87)));
        Assert.Equal("FF0179A000000000E6", Convert.ToHexString(MhZ19.Command(0x79, 0xA0)));
        Assert.Equal("FF0179000000000086", Convert.ToHexString(MhZ19.Command(0x79)));
        Assert.Equal(608, MhZ19.Find(Convert.FromHexString("FF86026047000000D1")));
    }

    [Fact]
    public void An_answer_is_found_among_noise_and_a_wrong_bit_never_makes_one()
    {
        var answer = Convert.FromHexString("FF86026047000000D1");
        Assert.Equal(608, MhZ19.Find([0xFF, 0x86, 0x00, .. answer, 0xFF]));
        Assert.Null(MhZ19.Find(answer.AsSpan(0, 8)));
        for (var bit = 0; bit < 72; bit++)
        {
            byte[] wrong = [.. answer];
            wrong[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Null(MhZ19.Find(wrong));
        }
    }

    [Fact]
    public void Readings_are_questionable_until_it_is_warm()
    {
        var bench = new Bench("mh-z19c", () => 742);
        Assert.Equal(Quality.Questionable, bench.Next().Reading.Quality);
        var warm = bench.After(TimeSpan.FromMinutes(1.2)).Reading;
        Assert.Equal((742, Quality.Good), (warm.Value, warm.Quality));
    }

    [Fact]
    public void Silence_noise_and_a_lost_line_are_missing_each_by_its_name()
    {
        var bench = new Bench("mh-z19b", () => 742);
        bench.Next();
        bench.Chip.IsAnswering = false;
        AssertMissing(FaultKind.NoAnswer, "did not answer");
        bench.Chip.IsAnswering = true;
        bench.Chip.Disturb = answer => [.. answer[..8], (byte)(answer[8] + 1)];
        AssertMissing(FaultKind.Garbled, "checksum");
        bench.Chip.Disturb = null;
        Assert.NotEqual(Quality.Missing, bench.Next().Reading.Quality);
        bench.Chip.IsPlugged = false;
        AssertMissing(FaultKind.NoBus, "line is gone");
        bench.Chip.IsPlugged = true;
        Assert.Null(bench.After(TimeSpan.FromMinutes(3)).Fault);

        void AssertMissing(FaultKind kind, string word)
        {
            var (reading, fault) = bench.Next();
            Assert.Equal(kind, fault?.Kind);
            Assert.Contains(word, fault!.Text);
            Assert.Equal(Quality.Missing, reading.Quality);
        }
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(null, true)]
    public void Its_own_calibration_is_set_as_declared_and_else_left_alone(bool? declared, bool expected)
    {
        var bench = new Bench("mh-z19b", () => 742, new Instrument("s") { SelfCalibration = declared });
        bench.Next();
        Assert.Equal(expected, bench.Chip.HasSelfCalibration);
    }

    [Fact]
    public void Zero_is_set_after_twenty_minutes_of_steady_air_and_not_in_unsteady_air()
    {
        var bench = new Bench("mh-z19b", static () => Co2);
        var said = new List<string>();
        var start = bench.Time.Elapsed;
        var done = bench.Calibrate(said);
        Assert.True(done.IsDone, done.Text);
        Assert.Equal(742, done.BeforePpm);
        Assert.Equal(-342, done.CorrectionPpm);
        Assert.Equal(342, bench.Chip.Correction);
        Assert.InRange(bench.Time.Elapsed - start, TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(22));
        Assert.InRange(said.Count, 80, 130);

        bench = new Bench("mh-z19b", () => 700 + 200 * Math.Sin(bench.Time.Elapsed.TotalSeconds / 10));
        var refused = bench.Calibrate(said);
        Assert.False(refused.IsDone);
        Assert.Contains("not steady", refused.Text);
        Assert.Equal(0, bench.Chip.Correction);

        bench.Chip.IsAnswering = false;
        Assert.Contains("did not answer", bench.Calibrate(said).Text);
    }

    [Fact]
    public void It_can_be_told_nothing_but_fresh_air() =>
        Assert.Contains("400 to 400 ppm", new Bench("mh-z19b", () => 742).Calibrate([], 800).Text);

    private sealed class Bench
    {
        private readonly Reading[] _buffer = new Reading[1];

        public Bench(string word, Func<double> co2, Instrument? instrument = null)
        {
            Chip = new SimulatedMhZ19(() => new SimulatedAir(co2(), 20, 50), Time);
            SensorCatalogue.TryGet(word, out var type);
            Sensor = SensorSetup.Make(type!, new SensorOptions { Name = "s", Instrument = instrument }, new PointId(7))
                .Connect(new SensorWires(Time, () => Instant.From(Time.GetUtcNow())) { OpenSerial = Chip.Open });
        }

        public VirtualTime Time { get; } = new();

        public SimulatedMhZ19 Chip { get; }

        public Sensor Sensor { get; }

        public (Reading Reading, Fault? Fault) Next()
        {
            PollResult result = default;
            Time.Run(async () =>
            {
                while (result.Count == 0)
                {
                    if (Sensor.DueAt > Time.GetTimestamp()) Time.Pass(TimeSpan.FromTicks(Sensor.DueAt - Time.GetTimestamp()));
                    result = await Sensor.PollAsync(_buffer, CancellationToken.None);
                }
            });
            return (_buffer[0], result.Fault);
        }

        public (Reading Reading, Fault? Fault) After(TimeSpan span)
        {
            for (var end = Time.Elapsed + span; Time.Elapsed < end;) Next();
            return Next();
        }

        public CalibrationResult Calibrate(List<string> said, double target = 400)
        {
            CalibrationResult? result = null;
            Time.Run(async () => result = await Sensor.CalibrateAsync(target, new Listener(said), CancellationToken.None));
            return result!;
        }
    }

    private sealed class Listener(List<string> said) : IProgress<string>
    {
        public void Report(string value) => said.Add(value);
    }
}
