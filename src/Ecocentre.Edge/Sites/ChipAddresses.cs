using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Which addresses of an I2C bus are taken, on the trunk and behind each branch of a multiplexer. A chip on the trunk is heard whatever
/// branch is open, so its address is taken everywhere.</summary>
internal sealed class ChipAddresses
{
    private readonly Dictionary<(MuxBranch?, byte), string> _taken = [];
    private readonly HashSet<byte> _muxes = [];

    internal void Mux(byte address, JsonPlace place)
    {
        _muxes.Add(address);
        if (_taken.TryGetValue((null, address), out var chip))
            place.Wrong($"0x{address:x2} is the multiplexer's address and that of \"{chip}\".", "Give one of them another address.");
    }

    internal void Take(byte address, MuxBranch? branch, string name, JsonPlace place)
    {
        var there = _taken.Where(t => t.Key.Item2 == address && (t.Key.Item1 == branch || t.Key.Item1 is null || branch is null))
            .Select(t => t.Value);
        if (there.FirstOrDefault() is { } other)
            place.Wrong($"Address 0x{address:x2}{(branch is { } b ? $" behind {b}" : "")} is also that of \"{other}\".",
                "Give one of them another address, or put each behind its own branch of a multiplexer.");
        else if (_muxes.Contains(address))
            place.Wrong($"0x{address:x2} is also the address of a multiplexer.", "Give one of them another address.");
        _taken.TryAdd((branch, address), name);
    }
}
