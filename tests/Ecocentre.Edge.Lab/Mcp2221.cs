using System.Buffers.Binary;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Lab;

/// <summary>A USB to I2C bridge MCP2221A made of nothing but the kernel's uhid: its driver makes a real /dev/i2c-N, whose transfers are played on
/// simulated wires.</summary>
/// <remarks>Sources: Microchip DS20005565B, 3.1 (commands); uapi linux/uhid.h (events). One transfer at a time, on the bridge's own thread.</remarks>
internal sealed class Mcp2221(SimulatedI2cPort wires) : IDisposable
{
    // DS20005565B, 3.1: reports of 64 bytes in both directions, up to 60 of them a transfer's own.
    private const int ReportLength = 64, BytesOfReport = 60;

    // UHID_DESTROY, UHID_OUTPUT, UHID_CREATE2, UHID_INPUT2.
    private const uint Destroy = 1, Output = 6, Create = 11, Input = 12;

    // struct uhid_event: the type, then the longest of its kinds, struct uhid_create2_req.
    private const int EventLength = 4 + 128 + 64 + 64 + 2 + 2 + 4 * 4 + 4096;

    // DS20005565B, table 3-1 and the driver's own names for the states of its engine.
    private const byte AddressNotAcknowledged = 0x25, StartTimedOut = 0x12, ReadPartly = 0x54, ReadComplete = 0x55;

    // Vendor-defined reports of 64 bytes, one in and one out (HID 1.11, 6.2.2).
    private static readonly byte[] Descriptor =
    [
        0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, ReportLength, 0x09, 0x01, 0x81, 0x02,
        0x95, ReportLength, 0x09, 0x01, 0x91, 0x02, 0xC0,
    ];

    private static readonly TimeSpan DriverMax = TimeSpan.FromSeconds(10);

    private readonly List<byte> _written = [];
    private byte[] _read = [];
    private int _given;
    private I2cOutcome _outcome;
    private FileStream? _kernel;
    private HashSet<string> _before = [];

    /// <summary>The adapter that the kernel made of it.</summary>
    public string I2cPath { get; private set; } = "";

    /// <summary>The four lines of the bridge, which have no interrupts.</summary>
    public string GpioPath { get; private set; } = "";

    public async Task PlugAsync()
    {
        _before = Nodes();
        _kernel = new FileStream("/dev/uhid", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        var create = new byte[EventLength];
        BinaryPrimitives.WriteUInt32LittleEndian(create, Create);
        "MCP2221 of the lab"u8.CopyTo(create.AsSpan(4));
        var rest = create.AsSpan(4 + 128 + 64 + 64);
        BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)Descriptor.Length);
        // BUS_USB, Microchip, MCP2221.
        BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], 3);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], 0x04D8);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[8..], 0x00DD);
        Descriptor.CopyTo(rest[20..]);
        _kernel.Write(create);
        new Thread(Serve) { IsBackground = true, Name = "mcp2221" }.Start(_kernel);
        var end = TimeProvider.System.GetTimestamp() + (long)(DriverMax.TotalSeconds * TimeProvider.System.TimestampFrequency);
        while (I2cPath == "" || GpioPath == "")
        {
            Must.Be(TimeProvider.System.GetTimestamp() < end, "The kernel made no adapter of the bridge.");
            await Task.Delay(10);
            I2cPath = Nodes().Except(_before).FirstOrDefault(node => node.StartsWith("/dev/i2c-", StringComparison.Ordinal)) ?? "";
            GpioPath = Nodes().Except(_before).FirstOrDefault(node => node.StartsWith("/dev/gpiochip", StringComparison.Ordinal)) ?? "";
        }
    }

    /// <summary>Pulls the plug. The kernel waits in it until nobody has the adapter open any more.</summary>
    public void Unplug()
    {
        if (_kernel is null) return;
        var destroy = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(destroy, Destroy);
        _kernel.Write(destroy);
        _kernel.Dispose();
        (_kernel, I2cPath, GpioPath) = (null, "", "");
    }

    public void Dispose() => Unplug();

    private static HashSet<string> Nodes() => [.. Directory.GetFiles("/dev", "i2c-*"), .. Directory.GetFiles("/dev", "gpiochip*")];

    private void Serve(object? kernel)
    {
        var stream = (FileStream)kernel!;
        var told = new byte[EventLength];
        var input = new byte[4 + 2 + ReportLength];
        BinaryPrimitives.WriteUInt32LittleEndian(input, Input);
        BinaryPrimitives.WriteUInt16LittleEndian(input.AsSpan(4), ReportLength);
        try
        {
            while (stream.Read(told) > 0)
            {
                if (BinaryPrimitives.ReadUInt32LittleEndian(told) != Output) continue;
                var reply = input.AsSpan(6);
                reply.Clear();
                Answer(told.AsSpan(4, ReportLength), reply);
                stream.Write(input);
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The plug was pulled.
        }
    }

    private void Answer(ReadOnlySpan<byte> report, Span<byte> reply)
    {
        reply[0] = report[0];
        var length = report[1] | report[2] << 8;
        var address = (byte)(report[3] >> 1);
        switch (report[0])
        {
            case 0x10:
                // Status; at the same time the speed is set, or a transfer given up.
                if (report[3] == 0x20) reply[3] = 0x20;
                if (report[2] == 0x10) (_outcome, reply[2]) = (I2cOutcome.Done, 0x10);
                reply[8] = _outcome == I2cOutcome.Stuck ? StartTimedOut : (byte)0;
                reply[20] = (byte)(_outcome == I2cOutcome.NoAnswer ? 0x40 : 0);
                break;
            case 0x90 or 0x94:
                _written.AddRange(report.Slice(4, Math.Min(BytesOfReport, length - _written.Count)));
                _outcome = I2cOutcome.Done;
                if (report[0] == 0x94 || _written.Count < length) break;
                _outcome = wires.Transfer(address, [.. _written], []);
                _written.Clear();
                Refuse(reply);
                break;
            case 0x91 or 0x93:
                (_read, _given) = (new byte[length], 0);
                _outcome = wires.Transfer(address, [.. _written], _read);
                _written.Clear();
                Refuse(reply);
                break;
            case 0x40:
                if (_outcome != I2cOutcome.Done)
                {
                    reply[2] = AddressNotAcknowledged;
                    break;
                }
                var count = Math.Min(BytesOfReport, _read.Length - _given);
                _read.AsSpan(_given, count).CopyTo(reply[4..]);
                _given += count;
                (reply[2], reply[3]) = (_given == _read.Length ? ReadComplete : ReadPartly, (byte)count);
                break;
        }
    }

    private void Refuse(Span<byte> reply)
    {
        // A missing acknowledgement is told by the status that is asked for next; wires that are held, at once.
        if (_outcome is I2cOutcome.Stuck or I2cOutcome.NoBus) (reply[1], reply[2]) = (1, StartTimedOut);
    }
}
