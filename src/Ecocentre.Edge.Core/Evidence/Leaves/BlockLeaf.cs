using System.Text.Json;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Evidence.Leaves;

/// <summary>Commits to the windows of a point in a UTC day.</summary>
/// <remarks>Keys in order: <c>leaf</c> (<c>block</c>), <c>day</c>, <c>part</c>, <c>point</c>, <c>device</c>, <c>place</c>, <c>quantity</c>, <c>unit</c>,
/// <c>kind</c>, <c>windows</c> and <c>minutes</c>, each of them <c>count</c> and <c>sha256</c>.</remarks>
/// <param name="Day">The UTC day in which the windows end.</param>
/// <param name="Part">1, and more for windows that came after the day was sealed.</param>
/// <param name="Series">The point as it was then.</param>
/// <param name="Windows">Over the lines of <see cref="WindowText"/>; null where there is none.</param>
/// <param name="Minutes">Over the stored bytes of the minute block; null where there is none.</param>
public sealed record BlockLeaf(DateOnly Day, int Part, Series Series, BlockDigest? Windows, BlockDigest? Minutes) : Leaf
{
    internal const string Word = "block";

    private protected override void Write(Utf8JsonWriter json)
    {
        json.Put("leaf", Word);
        json.Put("day", (DateOnly?)Day);
        json.Put("part", (long?)Part);
        json.Put("point", Series.Name);
        json.Put("device", Series.Device);
        json.Put("place", Series.Place);
        json.Put("quantity", Series.Quantity);
        json.Put("unit", Series.Unit);
        json.Put("kind", KindWord(Series.Kind));
        Put(json, "windows", Windows);
        Put(json, "minutes", Minutes);
    }

    internal static BlockLeaf Read(JsonElement json) => new(
        Need(json.Day("day"), "day"), Whole(json, "part", 1),
        new Series(Need(json.Text("point"), "point"), Need(json.Text("quantity"), "quantity"), Need(json.Text("unit"), "unit"),
            Need(Kind(json.Text("kind")), "kind"), Need(json.Text("device"), "device"), json.Text("place")),
        Digest(json, "windows"), Digest(json, "minutes"));

    private static void Put(Utf8JsonWriter json, string key, BlockDigest? digest)
    {
        if (digest is not { } there) return;
        json.WriteStartObject(key);
        json.WriteNumber("count", there.Count);
        json.WriteString("sha256", there.Sha256.ToString());
        json.WriteEndObject();
    }

    private static BlockDigest? Digest(JsonElement json, string key)
    {
        if (!json.TryGetProperty(key, out var digest)) return null;
        if (digest.ValueKind != JsonValueKind.Object || digest.Whole("count") is not (>= 0 and <= int.MaxValue and var count)
            || !TreeHash.TryParseHex(digest.Text("sha256"), out var sha)) throw new FormatException($"\"{key}\" of the leaf is no count and SHA-256.");
        return new BlockDigest((int)count, sha);
    }

    private static string KindWord(PointKind kind) => kind switch
    {
        PointKind.Gauge => "gauge",
        PointKind.Counter => "counter",
        PointKind.State => "state",
        _ => throw new InvalidOperationException($"BUG: {kind} has no word."),
    };

    internal static PointKind? Kind(string? word) => word switch
    {
        "gauge" => PointKind.Gauge,
        "counter" => PointKind.Counter,
        "state" => PointKind.State,
        _ => null,
    };
}

/// <summary>How many windows, and the SHA-256 of their bytes.</summary>
public readonly record struct BlockDigest(int Count, TreeHash Sha256);
