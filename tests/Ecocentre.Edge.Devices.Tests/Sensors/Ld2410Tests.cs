using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Ld2410Tests : DeviceContract
{
    private protected override (IDevice Device, VirtualTime Time) Make(Wire wire, int seed)
    {
        var bench = new Bench();
        var random = new Random(seed);
        if (wire == Wire.Dead) bench.Radar.IsAlive = false;
        if (wire == Wire.Flaky)
        {
            var noisyUntil = TimeSpan.Zero;
            bench.Radar.Disturb = frame =>
            {
                if (random.Next(60) == 0) noisyUntil = bench.Time.Elapsed + TimeSpan.FromSeconds(5);
                if (bench.Time.Elapsed < noisyUntil) frame[random.Next(4)] ^= (byte)(1 << random.Next(8));
                return frame;
            };
        }
        return (bench.Device, bench.Time);
    }

    [Fact]
    public void The_newest_report_is_told_in_every_period()
    {
        var bench = new Bench();
        Assert.Equal(0, bench.Next().Reading.Value);
        for (var i = 0; i < 10; i++)
        {
            bench.IsSomebody = i % 2 == 0;
            var changed = bench.Time.Elapsed;
            var (reading, fault) = bench.Next();
            Assert.Null(fault);
            Assert.Equal((i % 2 == 0 ? 1 : 0, Quality.Good), (reading.Value, reading.Quality));
            Assert.InRange(bench.Time.Elapsed - changed, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(610));
        }
    }

    [Fact]
    public void After_a_long_pause_the_newest_of_many_reports_counts()
    {
        var bench = new Bench();
        bench.Next();
        bench.IsSomebody = true;
        bench.Time.Run(() => Task.Delay(TimeSpan.FromSeconds(8), bench.Time));
        bench.IsSomebody = false;
        bench.Time.Run(() => Task.Delay(TimeSpan.FromSeconds(0.11), bench.Time));
        Assert.Equal(0, bench.Next().Reading.Value);
    }

    [Fact]
    public void Version_and_settings_are_read_back_and_bluetooth_is_left_alone()
    {
        var bench = new Bench();
        Assert.Null(bench.Device.Self);
        bench.Next();
        Assert.Equal("V1.07.22091516", bench.Device.Self?.Firmware);
        Assert.Equal("farthest gate 8 moving and 8 still; nobody after 5 s", bench.Device.Self?.SelfTest);
        Assert.True(bench.Radar.HasBluetooth);
    }

    [Fact]
    public void Bluetooth_goes_off_where_the_site_asks_for_it()
    {
        var bench = new Bench(turnsBluetoothOff: true);
        Assert.Null(bench.Next().Fault);
        Assert.False(bench.Radar.HasBluetooth);
        Assert.Null(bench.Device.Self!.Differences);
    }

    [Fact]
    public void A_radar_of_which_only_the_sending_wire_is_connected_works_all_the_same()
    {
        var bench = new Bench();
        bench.Radar.IsListening = false;
        bench.IsSomebody = true;
        Assert.Equal(1, bench.Next().Reading.Value);
        Assert.Equal(new SensorSelf("Hi-Link HLK-LD2410"), bench.Device.Self);
    }

    [Fact]
    public void Engineering_reports_are_read_too()
    {
        var bench = new Bench();
        bench.Radar.IsEngineering = true;
        bench.IsSomebody = true;
        Assert.Equal(1, bench.Next().Reading.Value);
    }

    [Fact]
    public void Silence_is_missing_within_a_second_and_never_nobody()
    {
        var bench = new Bench();
        bench.IsSomebody = true;
        bench.Next();
        bench.Next();
        bench.Radar.IsAlive = false;
        var silent = bench.Time.Elapsed;
        var (reading, fault) = bench.Next();
        // What it said before may still be told once.
        if (fault is null) (reading, fault) = bench.Next();
        Assert.Equal((Quality.Missing, FaultKind.NoAnswer), (reading.Quality, fault?.Kind));
        Assert.InRange(bench.Time.Elapsed - silent, TimeSpan.FromSeconds(0.6), TimeSpan.FromSeconds(1.7));
        bench.Radar.IsAlive = true;
        do (reading, fault) = bench.Next();
        while (fault is not null);
        Assert.Equal(1, reading.Value);
    }

    [Fact]
    public void Noise_is_missing_as_noise_and_a_line_that_is_pulled_out_is_opened_again()
    {
        var bench = new Bench();
        bench.Next();
        bench.Radar.Disturb = frame => [.. frame.Select(b => (byte)~b)];
        (Reading Reading, Fault? Fault) next;
        do next = bench.Next();
        while (next.Fault is null);
        Assert.Equal((Quality.Missing, FaultKind.Garbled), (next.Reading.Quality, next.Fault.Kind));
        bench.Radar.Disturb = null;
        bench.Radar.IsPlugged = false;
        do next = bench.Next();
        while (next.Fault?.Kind != FaultKind.NoBus);
        Assert.Equal(Quality.Missing, next.Reading.Quality);
        bench.Radar.IsPlugged = true;
        do next = bench.Next();
        while (next.Fault is not null);
        Assert.Equal(0, next.Reading.Value);
    }

    private sealed class Bench
    {
        private readonly Reading[] _buffer = new Reading[1];

        public Bench(bool turnsBluetoothOff = false)
        {
            Radar = new SimulatedLd2410(() => IsSomebody, Time);
            SensorCatalogue.TryGet("ld2410", out var type);
            var options = new SensorOptions { Name = "radar", Bluetooth = turnsBluetoothOff ? false : null, Private = true };
            Device = SensorSetup.Make(type!, options, new PointId(3))
                .Connect(new SensorWires(Time, () => Instant.From(Time.GetUtcNow())) { OpenSerial = Radar.Open });
        }

        public VirtualTime Time { get; } = new();

        public bool IsSomebody { get; set; }

        public SimulatedLd2410 Radar { get; }

        public Sensor Device { get; }

        public (Reading Reading, Fault? Fault) Next()
        {
            PollResult result = default;
            Time.Run(async () =>
            {
                while (result.Count == 0)
                {
                    if (Device.DueAt > Time.GetTimestamp()) await Task.Delay(TimeSpan.FromTicks(Device.DueAt - Time.GetTimestamp()), Time);
                    result = await Device.PollAsync(_buffer, CancellationToken.None);
                }
            });
            return (_buffer[0], result.Fault);
        }
    }
}
