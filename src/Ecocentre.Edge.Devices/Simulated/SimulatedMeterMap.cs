using System.Text;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Which registers a simulated meter has, what stands in those that do not change, and which requests it refuses.</summary>
/// <remarks>
/// A meter has the registers of its points, of its capture (what a probe looks at) and those between them that its model lets a read run
/// across; other addresses are refused, as are reads that begin or end inside a number. A SunSpec meter has the marker at 40000, the common
/// model, its own model and the end model. Immutable; any thread.
/// </remarks>
internal sealed class SimulatedMeterMap
{
    private const int IllegalFunction = 1, IllegalAddress = 2, IllegalValue = 3;

    // SunSpec Device Information Model Specification V1.1: the marker "SunS" stands at 40000, 50000 or 0; the common model follows, id 1
    // with 66 registers.
    private const int SunSpecMarker = 40_000, CommonId = 1, CommonLength = 66, CommonAddress = SunSpecMarker + 2;
    private const int SunSpecModelAddress = CommonAddress + 2 + CommonLength;
    private const ushort SunSpecEnd = 0xFFFF, NotImplementedInt16 = 0x8000, NotANumberHigh = 0x7FC0;

    private readonly MeterModel _model;
    private readonly MeterPoint[] _points;
    private readonly Dictionary<(RegisterTable Table, int Address), ushort> _background = [];
    private readonly Dictionary<RegisterTable, List<RegisterRange>> _ranges = [];

    // What is added to an address of the model to have the one on the wire.
    private readonly int _shift;

    public SimulatedMeterMap(MeterModel model)
    {
        _model = model;
        _points = [.. model.Points.Values.OrderBy(p => p.Address)];
        _shift = model.SunSpecIds.IsEmpty ? 0 : SunSpecModelAddress;
        if (_shift != 0) LayOutSunSpec();
        foreach (var ((table, address), word) in model.Capture.Registers) _background[(table, address + _shift)] = word;
        var measured = _points.SelectMany(p => Occupied(p).Select(address => (p.Table, Address: address + _shift)));
        foreach (var table in measured.Concat(_background.Keys).Distinct().GroupBy(o => o.Table))
            _ranges[table.Key] = Ranges(table.Key, [.. table.Select(o => o.Address).Order()]);
    }

    /// <summary>The Modbus exception that a request is answered with, or 0.</summary>
    public int Refusal(ModbusRead request)
    {
        if (!_ranges.TryGetValue(request.Table, out var ranges)) return IllegalFunction;
        if (request.Count == 0 || request.Count > _model.Read.RegistersMax) return IllegalValue;
        var (first, end) = ((int)request.Address, request.Address + request.Count);
        if (!ranges.Exists(r => r.First <= first && r.Last >= end - 1)) return IllegalAddress;
        if (_model.Read.EvenCounts && request.Count % 2 != 0 && !IsProbe(request)) return IllegalAddress;
        foreach (var point in _points)
        {
            if (point.Table != request.Table) continue;
            foreach (var register in point.Registers)
            {
                var (start, length) = (register + _shift, point.Format.Words);
                if (Cuts(start, length, first) || Cuts(start, length, end)) return IllegalAddress;
            }
        }
        return 0;
    }

    /// <summary>Fills in what stands in the asked registers besides measured values.</summary>
    public void Background(ModbusRead request, Span<ushort> words)
    {
        for (var i = 0; i < request.Count; i++) words[i] = _background.GetValueOrDefault((request.Table, request.Address + i));
    }

    /// <summary>Points of which a request asks at least one register.</summary>
    public IEnumerable<MeterPoint> Within(ModbusRead request) =>
        _points.Where(p => p.Table == request.Table
            && new RegisterRange(p.Address, p.Address + p.Length - 1).Overlaps(request.Address - _shift, request.Count));

    /// <summary>Writes a point's value into those of its registers that were asked.</summary>
    public void Put(MeterPoint point, double value, ModbusRead request, Span<ushort> words)
    {
        Span<ushort> span = stackalloc ushort[point.Length];
        span.Clear();
        if (point.ScaleRegister is { } scale) span[scale - point.Address] = _background.GetValueOrDefault((point.Table, scale + _shift));
        point.Encode(value, span);
        foreach (var address in Occupied(point))
        {
            var index = address + _shift - request.Address;
            if (index >= 0 && index < request.Count) words[index] = span[address - point.Address];
        }
    }

    /// <summary>Smallest step of a point's registers in the canonical unit, the scale register included.</summary>
    public double StepOf(MeterPoint point) =>
        point.ScaleRegister is { } scale
            ? point.Factor * Math.Pow(10, (short)_background.GetValueOrDefault((point.Table, scale + _shift)))
            : point.Resolution;

    private static bool Cuts(int register, int length, int border) => border > register && border < register + length;

    private bool IsProbe(ModbusRead request) =>
        _model.Probe.Any(p => (p.Table, p.Address, p.Count) == (request.Table, request.Address, request.Count));

    private static IEnumerable<int> Occupied(MeterPoint point)
    {
        foreach (var register in point.Registers)
            for (var i = 0; i < point.Format.Words; i++) yield return register + i;
        if (point.ScaleRegister is { } scale) yield return scale;
    }

    private List<RegisterRange> Ranges(RegisterTable table, int[] addresses)
    {
        var ranges = new List<RegisterRange>();
        foreach (var address in addresses)
        {
            var gap = ranges.Count == 0 ? int.MaxValue : address - ranges[^1].Last - 1;
            if (gap > _model.Read.GapMax || Hole(address - gap, gap)) ranges.Add(new RegisterRange(address, address));
            else ranges[^1] = ranges[^1] with { Last = address };
        }
        return ranges;

        bool Hole(int first, int count) => _model.Read.Holes.Any(h => h.Table == table && h.Range.Overlaps(first, count));
    }

    private void LayOutSunSpec()
    {
        var table = _points[0].Table;
        var length = _model.Capture.Registers[(table, 1)];
        Put(SunSpecMarker, 0x5375, 0x6E53);
        Put(CommonAddress, CommonId, CommonLength);
        for (var i = 0; i < CommonLength; i++) Put(CommonAddress + 2 + i, 0);
        Text(CommonAddress + 2, 16, "Simulated");
        Text(CommonAddress + 18, 16, _model.Id);
        var floats = _points.Any(p => p.Format.IsFloat);
        for (var i = 2; i < length + 2; i++)
            Put(SunSpecModelAddress + i, !floats ? NotImplementedInt16 : i % 2 == 0 ? NotANumberHigh : (ushort)0);
        Put(SunSpecModelAddress + 2 + length, SunSpecEnd, 0);

        void Put(int address, params ReadOnlySpan<ushort> words)
        {
            for (var i = 0; i < words.Length; i++) _background[(table, address + i)] = words[i];
        }

        void Text(int address, int registers, string text)
        {
            var bytes = new byte[registers * 2];
            Encoding.ASCII.GetBytes(text.AsSpan(0, Math.Min(text.Length, bytes.Length)), bytes);
            for (var i = 0; i < registers; i++) Put(address + i, (ushort)(bytes[2 * i] << 8 | bytes[2 * i + 1]));
        }
    }
}
