using System.Collections.Frozen;
using System.Globalization;

namespace Ecocentre.Edge.Drawings;

/// <summary>Where lines of the first GPIO chip come out on the 40-pin header of a Raspberry Pi.</summary>
/// <remarks>Source: Raspberry Pi 4 Model B datasheet, release 1, table 5 and the header's drawing; the Pi 5's is the same.</remarks>
internal static class Header
{
    private const string FirstChip = "/dev/gpiochip0";

    private static readonly FrozenDictionary<int, int> PinOf = new Dictionary<int, int>
    {
        [0] = 27, [1] = 28, [2] = 3, [3] = 5, [4] = 7, [5] = 29, [6] = 31, [7] = 26, [8] = 24, [9] = 21, [10] = 19, [11] = 23, [12] = 32, [13] = 33,
        [14] = 8, [15] = 10, [16] = 36, [17] = 11, [18] = 12, [19] = 35, [20] = 38, [21] = 40, [22] = 15, [23] = 16, [24] = 18, [25] = 22, [26] = 37,
        [27] = 13,
    }.ToFrozenDictionary();

    /// <summary><c>pin 11</c>, or nothing for a line that the header does not have.</summary>
    public static string Pin(int line) => PinOf.TryGetValue(line, out var pin) ? $"pin {pin}" : "";

    /// <summary><c>17 (pin 11)</c>; another chip's line with the chip's name instead.</summary>
    public static string Line(string chip, int line)
    {
        var number = line.ToString(CultureInfo.InvariantCulture);
        if (chip != FirstChip) return $"{number} of {Path.GetFileName(chip)}";
        return Pin(line) is { Length: > 0 } pin ? $"{number} ({pin})" : number;
    }
}
