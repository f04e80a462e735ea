using System.Text.Json;

namespace Ecocentre.Edge.Evidence.Leaves;

/// <summary>The last leaf of a day: which entries of the log were sealed with it. Days follow each other without a gap in these numbers.</summary>
/// <remarks>Keys in order: <c>leaf</c> (<c>day</c>), <c>day</c>, <c>first</c>, <c>last</c>, <c>blocks</c>, <c>entries</c>, <c>previous</c>.</remarks>
/// <param name="First">First sequence that is sealed.</param>
/// <param name="Last">Last sequence; <paramref name="First"/> - 1 when nothing was added.</param>
/// <param name="Blocks">Block leaves of the day.</param>
/// <param name="Entries">Entry leaves of the day.</param>
/// <param name="Previous">The day sealed before this; null for the first of all.</param>
public sealed record DayLeaf(DateOnly Day, long First, long Last, int Blocks, int Entries, DateOnly? Previous) : Leaf
{
    internal const string Word = "day";

    private protected override void Write(Utf8JsonWriter json)
    {
        json.Put("leaf", Word);
        json.Put("day", (DateOnly?)Day);
        json.Put("first", (long?)First);
        json.Put("last", (long?)Last);
        json.Put("blocks", (long?)Blocks);
        json.Put("entries", (long?)Entries);
        json.Put("previous", Previous);
    }

    internal static DayLeaf Read(JsonElement json) => new(
        Need(json.Day("day"), "day"), Need(json.Whole("first"), "first"), Need(json.Whole("last"), "last"),
        Whole(json, "blocks", 0), Whole(json, "entries", 0), json.Day("previous"));
}
