using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Tests.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Meters;

public sealed class MeterContractTests : MeterContract
{
    protected override int OutstandingMax => 1;
}

public sealed class MeterConcurrentContractTests : MeterContract
{
    protected override int OutstandingMax => 4;
}

/// <summary>A meter keeps the contract on a serial line and on a connection that bears several requests.</summary>
public abstract class MeterContract : DeviceContract
{
    protected abstract int OutstandingMax { get; }

    private protected override (IDevice Device, VirtualTime Time) Make(Wire wire, int seed)
    {
        var model = ExampleModel.Load(ExampleModel.Text);
        string[] wanted = ["voltage.l1", "power.active", "energy.active.import", "energy.active.export", "frequency"];
        var options = MeterBench.Everything(model) with { Quantities = [.. wanted] };
        var bench = new MeterBench(model, options, OutstandingMax);
        bench.Bank.Add(MeterBench.Unit, model);
        // Gaps and the second word of even counts exist on this one.
        bench.Bank.IsLenient = true;
        bench.Transport.Takes = _ => TimeSpan.FromMilliseconds(30);
        var random = new Random(seed);
        if (wire == Wire.Dead) bench.Bank.Dead.Add(MeterBench.Unit);
        if (wire == Wire.Flaky)
            bench.Transport.Disturb = request => random.Next(8) switch
            {
                0 => new Fault(FaultKind.NoAnswer, "late"),
                1 => new Fault(FaultKind.Garbled, "noise"),
                2 => new Fault(FaultKind.NoBus, "unplugged"),
                3 => new Fault(FaultKind.Refused, $"exception of {request}", (byte)random.Next(1, 12)),
                _ => null,
            };
        return (bench.Meter, bench.Time);
    }
}
