using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

/// <summary>Registers of several units that exist or do not, with the manners of real servers.</summary>
internal sealed class MemoryBank : RegisterBank
{
    private readonly Dictionary<(byte Unit, RegisterTable Table, int Address), ushort> _registers = [];

    private readonly HashSet<byte> _units = [];

    /// <summary>Units that say nothing.</summary>
    public HashSet<byte> Dead { get; } = [];

    /// <summary>Longer requests are refused with exception 3, or not answered at all.</summary>
    public int RegistersMax { get; set; } = 125;

    public bool IsSilentWhenTooLong { get; set; }

    public bool EvenCounts { get; set; }

    /// <summary>Registers that do not exist read as 0 instead of being refused.</summary>
    public bool IsLenient { get; set; }

    public ushort this[byte unit, RegisterTable table, int address]
    {
        get => _registers[(unit, table, address)];
        set
        {
            _units.Add(unit);
            _registers[(unit, table, address)] = value;
        }
    }

    /// <summary>A meter that holds the words of its model's capture; SunSpec models stand behind a marker and a common model.</summary>
    public MemoryBank Add(byte unit, MeterModel model, int marker = 40_000)
    {
        var start = 0;
        if (!model.SunSpecIds.IsEmpty)
        {
            var id = model.Capture.Registers[(RegisterTable.Holding, 0)];
            Assert.Contains(id, model.SunSpecIds);
            var length = model.Capture.Registers.Keys.Max(k => k.Address) - 1;
            start = marker + 2 + 2 + 66;
            ushort[] header = [0x5375, 0x6E53, 1, 66];
            for (var i = 0; i < header.Length; i++) this[unit, RegisterTable.Holding, marker + i] = header[i];
            // A SunSpec model exists in one piece, whether or not the capture shows all of it.
            for (var i = 0; i < length; i++) this[unit, RegisterTable.Holding, start + 2 + i] = 0;
            this[unit, RegisterTable.Holding, start + 2 + length] = 0xFFFF;
            this[unit, RegisterTable.Holding, start + 2 + length + 1] = 0;
            this[unit, RegisterTable.Holding, start + 1] = (ushort)length;
        }
        foreach (var ((table, address), word) in model.Capture.Registers)
            if (start == 0 || address != 1) this[unit, table, start + address] = word;
        return this;
    }

    public void Remove(byte unit, RegisterTable table, int address) => _registers.Remove((unit, table, address));

    public override int Read(ModbusRead request, Span<ushort> words)
    {
        if (Dead.Contains(request.Unit)) return -1;
        if (!IsLenient && !_units.Contains(request.Unit)) return -1;
        if (request.Count > RegistersMax) return IsSilentWhenTooLong ? -1 : 3;
        if (EvenCounts && request.Count % 2 != 0) return 3;
        for (var i = 0; i < request.Count; i++)
        {
            var exists = _registers.TryGetValue((request.Unit, request.Table, request.Address + i), out words[i]);
            if (!exists && !IsLenient) return 2;
        }
        return 0;
    }
}
