using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.IotPackages.Bindings;

/// <summary>A sensor read by a binding of Iot.Device.Bindings. What the wire says decides, not what the binding makes of it: a poll in which a
/// transfer failed or a checksum was wrong yields nothing.</summary>
/// <remarks>Bindings wait by sleeping, up to seconds, so each has a thread of its own; the bus goes on meanwhile.</remarks>
internal sealed class BindingSensor : Sensor
{
    private readonly BindingType _binding;
    private readonly SegmentI2cDevice _wire;
    private readonly SleepingWork _work;
    private IDisposable? _chip;

    public BindingSensor(BindingType binding, SensorSetup setup, SensorWires wires) : base(setup, wires)
    {
        _binding = binding;
        _wire = new SegmentI2cDevice(wires.I2c!, setup.Options.Name, binding.HasChecksums);
        _work = new SleepingWork(setup.Options.Name);
    }

    public override async ValueTask DisposeAsync()
    {
        await _work.DisposeAsync();
        try
        {
            _chip?.Dispose();
        }
        catch (Exception failure) when (BindingType.IsOfTheWire(failure))
        {
            // Some stop their chip when they are disposed, and the chip may be gone.
        }
        await base.DisposeAsync();
    }

    private protected override async ValueTask<SensorSelf> StartAsync(CancellationToken cancellation)
    {
        await AskAsync(() =>
        {
            Drop();
            _chip = _binding.Make(_wire);
        }, cancellation);
        return new SensorSelf(Setup.Type.Title);
    }

    private protected override async ValueTask<bool> MeasureAsync(SensorValues values, CancellationToken cancellation)
    {
        var isNew = false;
        await AskAsync(() => isNew = _binding.Read(_chip!, values), cancellation);
        foreach (var quantity in Setup.Type.Quantities)
            if (isNew && double.IsNaN(values.Of(quantity.Name))) throw new SensorFaultException(FaultKind.Garbled, $"{Name} gave no {quantity.Name}.");
        return isNew;
    }

    /// <summary>Lets the binding do something; the first thing that the wire said against it counts.</summary>
    private async Task AskAsync(Action ask, CancellationToken cancellation)
    {
        _wire.Failure = null;
        try
        {
            await _work.RunAsync(ask, cancellation);
        }
        catch (Exception failure) when (BindingType.IsOfTheWire(failure))
        {
            throw _wire.Failure ?? new SensorFaultException(FaultKind.Garbled, $"{Name}: {failure.Message}");
        }
        if (_wire.Failure is { } wrong) throw wrong;
    }

    private void Drop()
    {
        try
        {
            _chip?.Dispose();
        }
        catch (Exception failure) when (BindingType.IsOfTheWire(failure))
        {
            // It is made anew in a moment.
        }
        _chip = null;
        _wire.Failure = null;
    }
}
