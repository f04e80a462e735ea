using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>All types of sensor there are. A new chip is one file, its test, and one line here.</summary>
public static class SensorCatalogue
{
    /// <summary>In the order in which they are shown to people.</summary>
    public static ImmutableArray<SensorType> All { get; } =
    [
        .. Scd4x.Types,
        Scd30.Type,
        .. Sen5x.Types,
        Sen66.Type,
        Sps30.Type,
        .. Sht4x.Types,
        .. Sht3x.Types,
        .. Bme280.Types,
        .. Bme680.Types,
        .. Bh1750.Types,
        .. Veml7700.Types,
        .. MhZ19.Types,
        .. Ld2410.Types,
    ];

    private static readonly FrozenDictionary<string, SensorType> ByWord = All.ToFrozenDictionary(t => t.Word, StringComparer.Ordinal);

    public static bool TryGet(string word, [NotNullWhen(true)] out SensorType? type) => ByWord.TryGetValue(word, out type);

    /// <summary>The word that a typing error turned into <paramref name="word"/>, or null.</summary>
    public static string? Nearest(string word) => Plant.JsonPlace.Nearest(word, ByWord.Keys);
}
