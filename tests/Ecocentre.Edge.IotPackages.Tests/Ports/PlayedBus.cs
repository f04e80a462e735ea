using System.Device.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.IotPackages.Tests.Ports;

/// <summary>The package's I2C bus on simulated wires; it says errors as the package's own does.</summary>
internal sealed class PlayedBus(SimulatedI2cPort wires) : I2cBus
{
    private readonly HashSet<int> _open = [];

    public bool IsDisposed { get; private set; }

    public override I2cDevice CreateDevice(int deviceAddress) =>
        _open.Add(deviceAddress) ? new Chip(this, deviceAddress) : throw new ArgumentException($"Device with address 0x{deviceAddress:X2} is already open.");

    public override void RemoveDevice(int deviceAddress) => _open.Remove(deviceAddress);

    protected override void Dispose(bool disposing) => IsDisposed = true;

    private void Transfer(int address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        // errno(3) of Linux: EREMOTEIO, ETIMEDOUT, ENODEV.
        var words = wires.Transfer((byte)address, write, read) switch
        {
            I2cOutcome.Done => null,
            I2cOutcome.NoAnswer => "121 (Remote I/O error)",
            I2cOutcome.Stuck => "16 (Device or resource busy)",
            _ => "19 (No such device)",
        };
        if (words is not null) throw new IOException($"Error {words} performing I2C data transfer.");
    }

    private sealed class Chip(PlayedBus bus, int address) : I2cDevice
    {
        public override I2cConnectionSettings ConnectionSettings { get; } = new(1, address);

        public override void Read(Span<byte> buffer) => bus.Transfer(address, [], buffer);

        public override void Write(ReadOnlySpan<byte> buffer) => bus.Transfer(address, buffer, []);

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => bus.Transfer(address, writeBuffer, readBuffer);

        protected override void Dispose(bool disposing) => bus.RemoveDevice(address);
    }
}
