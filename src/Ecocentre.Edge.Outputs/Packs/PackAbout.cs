using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Ecocentre.Edge.Evidence.Leaves;

namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>What a pack says of itself, <c>pack.json</c>. Immutable.</summary>
/// <remarks>Keys in order: <c>format</c> (1), <c>centre</c>, <c>name</c>, <c>zone</c>, <c>from</c>, <c>to</c>, <c>program</c>, <c>checkpointDay</c>,
/// <c>checkpointSize</c>, <c>firstLeaf</c>, <c>leafCount</c>, <c>firstDay</c>, <c>windowsDay</c>, <c>lastDay</c>, <c>lookBack</c>.</remarks>
/// <param name="Name">Of the centre, for people.</param>
/// <param name="Zone">IANA name of the centre's zone.</param>
/// <param name="From">First local day of the periods that can be judged again.</param>
/// <param name="To">Last local day of them.</param>
/// <param name="Program">Name and version of the program that wrote it.</param>
/// <param name="CheckpointDay">UTC day that was sealed last under the checkpoint.</param>
/// <param name="CheckpointSize">Leaves under the checkpoint.</param>
/// <param name="FirstLeaf">Index in the tree of the first line of <c>leaves.jsonl</c>.</param>
/// <param name="LeafCount">Its lines.</param>
/// <param name="FirstDay">First UTC day of leaves in the pack: <paramref name="WindowsDay"/>, or as many days before it as judging looks back.</param>
/// <param name="WindowsDay">UTC day in which the first windows of <paramref name="From"/> end.</param>
/// <param name="LastDay">UTC day in which the last windows of <paramref name="To"/> end.</param>
/// <param name="LookBack">Points of which windows are there from <paramref name="FirstDay"/> on; of all others from <paramref name="WindowsDay"/> on.</param>
public sealed record PackAbout(
    string Centre, string Name, string Zone, DateOnly From, DateOnly To, string Program, DateOnly CheckpointDay, long CheckpointSize, long FirstLeaf,
    long LeafCount, DateOnly FirstDay, DateOnly WindowsDay, DateOnly LastDay, ImmutableArray<string> LookBack)
{
    /// <summary>The format that is written and read here.</summary>
    public const int Format = 1;

    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether the pack has the windows of a block.</summary>
    internal bool Holds(BlockLeaf block) =>
        block.Windows is not null && block.Day <= LastDay && block.Day >= (LookBack.Contains(block.Series.Name) ? FirstDay : WindowsDay);

    internal byte[] Write()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("centre", Centre);
            json.WriteString("name", Name);
            json.WriteString("zone", Zone);
            json.WriteString("from", Text(From));
            json.WriteString("to", Text(To));
            json.WriteString("program", Program);
            json.WriteString("checkpointDay", Text(CheckpointDay));
            json.WriteNumber("checkpointSize", CheckpointSize);
            json.WriteNumber("firstLeaf", FirstLeaf);
            json.WriteNumber("leafCount", LeafCount);
            json.WriteString("firstDay", Text(FirstDay));
            json.WriteString("windowsDay", Text(WindowsDay));
            json.WriteString("lastDay", Text(LastDay));
            json.WriteStartArray("lookBack");
            foreach (var point in LookBack) json.WriteStringValue(point);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    /// <exception cref="PackException">It is not what <see cref="Write"/> wrote.</exception>
    internal static PackAbout Read(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            if (json.GetProperty("format").GetInt32() is var format and not Format)
                throw new PackException(PackNames.About, $"is of format {format}; this program reads format {Format}.");
            var about = new PackAbout(
                json.GetProperty("centre").GetString() ?? "", json.GetProperty("name").GetString() ?? "", json.GetProperty("zone").GetString() ?? "",
                Day(json, "from"), Day(json, "to"), json.GetProperty("program").GetString() ?? "", Day(json, "checkpointDay"),
                json.GetProperty("checkpointSize").GetInt64(), json.GetProperty("firstLeaf").GetInt64(), json.GetProperty("leafCount").GetInt64(),
                Day(json, "firstDay"), Day(json, "windowsDay"), Day(json, "lastDay"),
                [.. json.GetProperty("lookBack").EnumerateArray().Select(point => point.GetString() ?? "")]);
            return about.Write().AsSpan().SequenceEqual(text) ? about : throw new PackException(PackNames.About, "is not written as the program writes it.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new PackException(PackNames.About, $"cannot be read: {e.Message}");
        }
    }

    private static DateOnly Day(JsonElement json, string key) =>
        DateOnly.ParseExact(json.GetProperty(key).GetString() ?? "", "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
