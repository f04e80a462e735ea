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
                if (random.Next(300) == 0) noisyUntil = bench.Time.Elapsed + TimeSpan.FromSeconds(15);
                if (bench.Time.Elapsed < noisyUntil) frame[random.Next(4)] ^= (byte)(1 << random.Next(8));
                return frame;
            };
        }
        return (bench.Device, bench.Time);
    }

    [Fact]
    public void A_change_is_told_at_once_and_stillness_in_every_confirm_time()
    {
        var bench = new Bench();
        Assert.Equal(0, bench.Next().Reading.Value);
        bench.IsSomebody = true;
        var changed = bench.Time.Elapsed;
        Assert.Equal(1, bench.Next().Reading.Value);
        Assert.InRange(bench.Time.Elapsed - changed, TimeSpan.Zero, TimeSpan.FromMilliseconds(120));
        for (var i = 0; i < 10; i++)
        {
            var (reading, fault) = bench.Next();
            Assert.Null(fault);
            Assert.Equal((1, Quality.Good), (reading.Value, reading.Quality));
        }
        Assert.InRange(bench.Time.Elapsed - changed, TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(55));
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
        Assert.Null(bench.Device.Self);
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
    public void Silence_is_missing_within_seconds_and_never_nobody()
    {
        var bench = new Bench();
        bench.IsSomebody = true;
        bench.Next();
        bench.Radar.IsAlive = false;
        var silent = bench.Time.Elapsed;
        var (reading, fault) = bench.Next();
        while (reading.Quality == Quality.Good && bench.Time.Elapsed - silent < TimeSpan.FromSeconds(10))
        {
            Assert.Equal(1, reading.Value);
            (reading, fault) = bench.Next();
        }
        Assert.Equal((Quality.Missing, FaultKind.NoAnswer), (reading.Quality, fault?.Kind));
        Assert.InRange(bench.Time.Elapsed - silent, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(2.2));
        bench.Radar.IsAlive = true;
        Assert.Equal(1, bench.Next().Reading.Value);
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
            Device = new Ld2410(new Ld2410Options { Name = "radar", TurnsBluetoothOff = turnsBluetoothOff, Private = true }, new PointId(3),
                Radar.Open, Time, () => Instant.From(Time.GetUtcNow()));
        }

        public VirtualTime Time { get; } = new();

        public bool IsSomebody { get; set; }

        public SimulatedLd2410 Radar { get; }

        public Ld2410 Device { get; }

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
