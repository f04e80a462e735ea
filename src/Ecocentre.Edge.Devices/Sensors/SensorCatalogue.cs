using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>All types of sensor there are. A new chip is one file, its test, and one line here.</summary>
public static class SensorCatalogue
{
    private static volatile Known _known = new(
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
    ]);

    /// <summary>In the order in which they are shown to people.</summary>
    public static ImmutableArray<SensorType> All => _known.All;

    public static bool TryGet(string word, [NotNullWhen(true)] out SensorType? type) => _known.ByWord.TryGetValue(word, out type);

    /// <summary>The word that a typing error turned into <paramref name="word"/>, or null.</summary>
    public static string? Nearest(string word) => Plant.JsonPlace.Nearest(word, _known.ByWord.Keys);

    /// <summary>Adds types of drivers that not every build has. Once, before the first site is read.</summary>
    /// <exception cref="ArgumentException">A word is taken.</exception>
    internal static void Include(ImmutableArray<SensorType> types) => _known = new Known([.. _known.All, .. types]);

    private sealed class Known(ImmutableArray<SensorType> all)
    {
        public ImmutableArray<SensorType> All { get; } = all;

        public FrozenDictionary<string, SensorType> ByWord { get; } = ByWordOf(all);

        private static FrozenDictionary<string, SensorType> ByWordOf(ImmutableArray<SensorType> all)
        {
            var byWord = new Dictionary<string, SensorType>(StringComparer.Ordinal);
            foreach (var type in all) byWord.Add(type.Word, type);
            return byWord.ToFrozenDictionary(StringComparer.Ordinal);
        }
    }
}
