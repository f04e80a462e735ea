using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Criteria;

/// <summary>Everything the engine needs to know of a centre, as one canonical text: with it, the label profile, its factors and the windows, a stranger
/// judges again without our site parser.</summary>
/// <remarks>
/// <para>One JSON object. Keys in order: <c>version</c> (1), <c>zone</c> (IANA), <c>spaces</c> (<c>id</c>, <c>name</c>, <c>storey</c>, <c>area</c> in m²,
/// <c>height</c> in m, <c>people</c>), <c>desks</c> (<c>id</c>, <c>space</c>), <c>opening</c> (<c>weekly</c>: <c>day</c>, <c>from</c>, <c>to</c>;
/// <c>holidays</c>), <c>points</c> (<c>name</c>, <c>quantity</c>, <c>unit</c>, <c>kind</c>, <c>device</c>, <c>place</c>), <c>entries</c> (<c>name</c>,
/// <c>unit</c>, <c>kind</c>, <c>place</c>), <c>roles</c>, <c>facts</c> (<c>value</c>, <c>unit</c>, <c>source</c>), <c>instruments</c> (by device, as
/// <see cref="InstrumentRecord"/> writes them without what the device told). What is not declared is left out; lists keep the site's order, because
/// sums are made in it; maps are sorted by ordinal.</para>
/// <para>Same facts, same text. What does not enter a judgement (booking references, sensors of desks) is not in it.</para>
/// </remarks>
public static class CentreFactsJson
{
    private const int Version = 1;

    private static readonly Dictionary<string, PointKind> PointKinds = Enum.GetValues<PointKind>().ToDictionary(k => Word(k));

    private static readonly Dictionary<string, EntryKind> EntryKinds = Enum.GetValues<EntryKind>().ToDictionary(k => Word(k));

    private static readonly Dictionary<string, DayOfWeek> Weekdays = Enum.GetValues<DayOfWeek>().ToDictionary(d => Word(d));

    /// <summary>The text, without a line break.</summary>
    public static string Write(CentreFacts centre) => RecordText.Write(json =>
    {
        json.Put("version", (long?)Version);
        json.Put("zone", centre.Zone.Id);
        List(json, "spaces", centre.Spaces, Put);
        List(json, "desks", centre.Desks, static (json, desk) =>
        {
            json.Put("id", desk.Id);
            json.Put("space", desk.Space);
        });
        Put(json, centre.Opening);
        List(json, "points", centre.Points, Put);
        List(json, "entries", centre.EntryPoints, static (json, entry) =>
        {
            json.Put("name", entry.Name);
            json.Put("unit", entry.Unit);
            json.Put("kind", Word(entry.Kind));
            json.Put("place", entry.Place);
        });
        Map(json, "roles", centre.Roles, static (json, names) =>
        {
            json.WriteStartArray();
            foreach (var name in names) json.WriteStringValue(name);
            json.WriteEndArray();
        });
        Map(json, "facts", centre.Facts, static (json, fact) =>
        {
            json.WriteStartObject();
            json.Put("value", fact.Value);
            json.Put("unit", fact.Unit);
            json.Put("source", fact.Source);
            json.WriteEndObject();
        });
        Map(json, "instruments", centre.Instruments, static (json, instrument) =>
            json.WriteRawValue(new InstrumentRecord(instrument).ToFact(default).Json, skipInputValidation: true));
    });

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="file">As the person named it.</param>
    /// <param name="mistakes">Receives every mistake.</param>
    /// <returns>Null when there was a mistake.</returns>
    public static CentreFacts? Read(string file, string text, List<Mistake> mistakes)
    {
        var before = mistakes.Count;
        if (JsonPlace.Parse(file, text, mistakes) is not { } root) return null;
        if (root["version"].Integer() is var version and not Version && mistakes.Count == before)
            root["version"].Wrong($"{version} is newer than this program.", "Use the program that wrote it, or a newer one.");
        if (mistakes.Count > before) return null;
        var centre = new CentreFacts
        {
            Zone = Zone(root["zone"]),
            Spaces = [.. root["spaces"].Items().Select(Space)],
            Desks = [.. root["desks"].Items().Select(desk => new Desk(desk["id"].Text(), desk["id"].Text(), desk["space"].Text(), []))],
            Opening = Opening(root["opening"]),
            Points = [.. root["points"].Items().Select(Point)],
            EntryPoints = [.. root["entries"].Items().Select(entry => new EntryPoint(
                entry["name"].Text(), entry["unit"].Text(), entry["kind"].Word(EntryKinds), entry.Optional("place")?.Text()))],
            Roles = root["roles"].Members().ToImmutableDictionary(role => role.Key, role => (ImmutableArray<string>)
                [.. role.Value.Items().Select(item => item.Text())]),
            Facts = root["facts"].Members().ToImmutableDictionary(fact => fact.Key, fact => new DeclaredFact(
                fact.Key, fact.Value.Optional("value")?.Number() ?? double.NaN, TextOf(fact.Value, "unit"), TextOf(fact.Value, "source"))),
            Instruments = root["instruments"].Members().ToImmutableDictionary(i => i.Key, i => Instrument(i.Key, i.Value)),
        };
        root.Done();
        return mistakes.Count == before ? centre : null;
    }

    private static void Put(Utf8JsonWriter json, Space space)
    {
        json.Put("id", space.Id);
        json.Put("name", space.Name);
        json.Put("storey", space.Storey);
        json.Put("area", space.AreaSquareMetres);
        json.Put("height", space.HeightMetres);
        json.Put("people", (long?)space.PeopleMax);
    }

    private static void Put(Utf8JsonWriter json, Series point)
    {
        json.Put("name", point.Name);
        json.Put("quantity", point.Quantity);
        json.Put("unit", point.Unit);
        json.Put("kind", Word(point.Kind));
        json.Put("device", point.Device);
        json.Put("place", point.Place);
    }

    private static void Put(Utf8JsonWriter json, OpeningHours opening)
    {
        json.WriteStartObject("opening");
        List(json, "weekly", opening.Weekly, static (json, stretch) =>
        {
            json.Put("day", Word(stretch.Day));
            json.Put("from", stretch.From.ToString("c", CultureInfo.InvariantCulture));
            json.Put("to", stretch.To.ToString("c", CultureInfo.InvariantCulture));
        });
        json.WriteStartArray("holidays");
        foreach (var day in opening.Holidays) json.WriteStringValue(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void List<T>(Utf8JsonWriter json, string key, ImmutableArray<T> items, Action<Utf8JsonWriter, T> put)
    {
        json.WriteStartArray(key);
        foreach (var item in items)
        {
            json.WriteStartObject();
            put(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Map<T>(Utf8JsonWriter json, string key, ImmutableDictionary<string, T> items, Action<Utf8JsonWriter, T> put)
    {
        json.WriteStartObject(key);
        foreach (var (name, item) in items.OrderBy(i => i.Key, StringComparer.Ordinal))
        {
            json.WritePropertyName(name);
            put(json, item);
        }
        json.WriteEndObject();
    }

    private static Space Space(JsonPlace place) => new(place["id"].Text(), place["name"].Text(), place.Optional("storey")?.Text())
    {
        AreaSquareMetres = place.Optional("area")?.Number(), HeightMetres = place.Optional("height")?.Number(),
        PeopleMax = place.Optional("people")?.Integer(),
    };

    private static Series Point(JsonPlace place) => new(
        place["name"].Text(), place["quantity"].Text(), place["unit"].Text(), place["kind"].Word(PointKinds), place["device"].Text(),
        place.Optional("place")?.Text());

    private static Instrument Instrument(string device, JsonPlace place) => new(device)
    {
        Maker = place.Optional("maker")?.Text(), Type = place.Optional("type")?.Text(), Serial = place.Optional("serial")?.Text(),
        HeightMetres = place.Optional("height")?.Number(), Installed = place.Optional("installed") is { } installed ? Day(installed) : null,
        Calibrated = place.Optional("calibrated") is { } calibrated ? Day(calibrated) : null,
        CalibrationMonths = place.Optional("calibrationMonths")?.Integer(), Certificate = place.Optional("certificate")?.Text(),
        AccuracyClass = place.Optional("accuracyClass")?.Text(), SelfCalibration = place.Optional("selfCalibration")?.Flag(),
    };

    private static OpeningHours Opening(JsonPlace place) => new(
        [.. place["weekly"].Items().Select(s => new OpenStretch(s["day"].Word(Weekdays), Span(s["from"]), Span(s["to"])))],
        [.. place["holidays"].Items().Select(Day)]);

    private static TimeSpan Span(JsonPlace place)
    {
        if (TimeSpan.TryParseExact(place.Text(), "c", CultureInfo.InvariantCulture, out var span)) return span;
        place.Wrong("is no time of day.", "Write it as in \"08:00:00\".");
        return default;
    }

    private static DateOnly Day(JsonPlace place)
    {
        if (DateOnly.TryParseExact(place.Text(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        place.Wrong("is no date.", "Write it as in \"2026-01-01\".");
        return default;
    }

    private static TimeZoneInfo Zone(JsonPlace place)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(place.Text(), out var zone)) return zone;
        place.Wrong("is no zone this machine knows.", "Install the package tzdata.");
        return TimeZoneInfo.Utc;
    }

    /// <summary>A text that may be empty.</summary>
    private static string TextOf(JsonPlace place, string key) => place.Optional(key) is { } text && !text.IsEmptyText ? text.Text() : "";

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
