using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>Finds where a device keeps its SunSpec models, one request at a time: the marker "SunS", then from model header to model
/// header.</summary>
/// <remarks>SunSpec Device Information Model Specification V1.1, 4.1 and 6: the marker stands at 40000, 50000 or 0; each model begins with
/// its id and the length of what follows; id 0xFFFF ends the chain. Pure: the caller asks for <see cref="Next"/> and hands the answer to
/// <see cref="Take"/>.</remarks>
public sealed class SunSpecWalk
{
    // "SunS" in ASCII.
    private const int MarkerFirst = 0x5375, MarkerSecond = 0x6E53;

    private const int EndId = 0xFFFF;

    // A device has a dozen models; a chain longer than this runs in registers that are none.
    private const int ModelsMax = 64;

    private static readonly int[] Starts = [40_000, 50_000, 0];

    private readonly List<(int Id, int Address)> _found = [];
    private int _start;
    private int _header = -1;

    /// <summary>The models passed so far: id, and address of the ID register.</summary>
    public IReadOnlyList<(int Id, int Address)> Found => _found;

    /// <summary>The chain was followed to its end, or there is no marker.</summary>
    public bool IsDone { get; private set; }

    public bool HasMarker => _header >= 0;

    /// <summary>The next two registers to read.</summary>
    public int Next => HasMarker ? _header : Starts[_start];

    /// <summary>The ID register of the first model found that is one of <paramref name="ids"/>, or null.</summary>
    public int? AddressOf(ImmutableArray<int> ids)
    {
        foreach (var (id, address) in _found)
            if (ids.Contains(id)) return address;
        return null;
    }

    /// <summary>Takes the answer to <see cref="Next"/>.</summary>
    /// <param name="words">Two registers; empty when the device refused them.</param>
    public void Take(ReadOnlySpan<ushort> words)
    {
        if (!HasMarker)
        {
            if (words.Length > 1 && words[0] == MarkerFirst && words[1] == MarkerSecond) _header = Starts[_start] + 2;
            else if (++_start == Starts.Length) (IsDone, _start) = (true, 0);
            return;
        }
        // A chain that breaks off has ended: what was found before is good.
        if (words.Length < 2 || words[0] == EndId || _found.Count == ModelsMax)
        {
            IsDone = true;
            return;
        }
        _found.Add((words[0], _header));
        _header += 2 + words[1];
        IsDone = _header > 0xFFFE;
    }
}
