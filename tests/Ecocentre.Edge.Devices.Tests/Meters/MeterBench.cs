using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Tests.Modbus;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Meters;

/// <summary>One meter on a bus in memory, under virtual time.</summary>
internal sealed class MeterBench
{
    public const byte Unit = 7;

    private readonly Reading[] _buffer;

    public MeterBench(MeterModel model, MeterOptions? options = null, int outstandingMax = 1)
    {
        Transport = new BankTransport(Bank, Time, outstandingMax);
        Setup = MeterSetup.Make(model, options ?? new MeterOptions { Name = "m", Unit = Unit, Period = TimeSpan.FromSeconds(1) }, new PointId(100), Cost);
        Meter = new Meter(Setup, Transport, Time, () => Instant.From(Time.GetUtcNow()));
        _buffer = new Reading[Meter.Points.Length];
    }

    public static ReadCost Cost { get; } = ReadCost.Rtu(9600, 10, TimeSpan.Zero, TimeSpan.Zero);

    public VirtualTime Time { get; } = new();

    public MemoryBank Bank { get; } = new();

    public BankTransport Transport { get; }

    public MeterSetup Setup { get; }

    public Meter Meter { get; }

    /// <summary>Options that want everything the model has.</summary>
    public static MeterOptions Everything(MeterModel model, double seconds = 1) => new()
    {
        Name = "m", Unit = Unit, Period = TimeSpan.FromSeconds(seconds), Quantities = [.. model.Points.Keys.Order(StringComparer.Ordinal)],
    };

    /// <summary>Polls once, when it is due.</summary>
    public (Reading[] Readings, Fault? Fault) Poll(CancellationToken cancellation = default)
    {
        PollResult result = default;
        Time.Run(async () =>
        {
            if (Meter.DueAt > Time.GetTimestamp()) Time.Pass(TimeSpan.FromTicks(Meter.DueAt - Time.GetTimestamp()));
            result = await Meter.PollAsync(_buffer, cancellation);
        });
        return (_buffer[..result.Count], result.Fault);
    }

    /// <summary>Polls until every point was written at least once, and returns the last reading of each by quantity.</summary>
    public Dictionary<string, Reading> PollAll(int pollsMax = 500)
    {
        var latest = new Dictionary<string, Reading>();
        for (var i = 0; i < pollsMax && latest.Count < Meter.Points.Length; i++)
            foreach (var reading in Poll().Readings) latest[QuantityOf(reading)] = reading;
        return latest;
    }

    public string QuantityOf(Reading reading) => Meter.Points.Single(p => p.Id == reading.Point).Quantity.Name;
}
