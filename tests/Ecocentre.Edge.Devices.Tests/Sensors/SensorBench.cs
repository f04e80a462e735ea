using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

/// <summary>One I2C sensor on a simulated bus, under virtual time.</summary>
internal sealed class SensorBench
{
    private readonly Reading[] _buffer;

    /// <param name="chip">Makes the chip, given its time.</param>
    public SensorBench(string word, Func<VirtualTime, SimulatedChip> chip, SensorOptions? options = null, MuxBranch? branch = null)
    {
        Chip = chip(Time);
        Pressure = new AmbientPressure(Time);
        Bus = new I2cBus(Port);
        var type = SensorCatalogue.All.Single(t => t.Word == word);
        Setup = SensorSetup.Make(type, options ?? new SensorOptions { Name = "s" }, new PointId(100));
        Port.Attach(Setup.Address, Chip, branch);
        Sensor = Setup.Connect(new SensorWires(Time, () => Instant.From(Time.GetUtcNow()))
        {
            I2c = Bus.Segment(Setup.Address, branch), Pressure = Pressure,
        });
        _buffer = new Reading[Sensor.Points.Length];
    }

    public VirtualTime Time { get; } = new();

    public SimulatedI2cPort Port { get; } = new();

    public I2cBus Bus { get; }

    public SimulatedChip Chip { get; }

    public AmbientPressure Pressure { get; }

    public SensorSetup Setup { get; }

    public Sensor Sensor { get; }

    /// <summary>Polls once, when it is due.</summary>
    public (Reading[] Readings, Fault? Fault) Poll()
    {
        PollResult result = default;
        Time.Run(async () =>
        {
            if (Sensor.DueAt > Time.GetTimestamp()) Time.Pass(TimeSpan.FromTicks(Sensor.DueAt - Time.GetTimestamp()));
            result = await Sensor.PollAsync(_buffer, CancellationToken.None);
        });
        return (_buffer[..result.Count], result.Fault);
    }

    /// <summary>Polls until something is read or goes wrong.</summary>
    public (Dictionary<string, Reading> Readings, Fault? Fault) Next()
    {
        for (var i = 0; i < 1000; i++)
        {
            var (readings, fault) = Poll();
            if (readings.Length > 0 || fault is not null) return (readings.ToDictionary(QuantityOf), fault);
        }
        throw new InvalidOperationException("Nothing came in 1000 polls.");
    }

    /// <summary>Polls for a while, and returns the newest readings.</summary>
    public (Dictionary<string, Reading> Readings, Fault? Fault) After(TimeSpan span)
    {
        for (var end = Time.Elapsed + span; Time.Elapsed < end;) Poll();
        return Next();
    }

    public string QuantityOf(Reading reading) => Sensor.Points.Single(p => p.Id == reading.Point).Quantity.Name;
}
