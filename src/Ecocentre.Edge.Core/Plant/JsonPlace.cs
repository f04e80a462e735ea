using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Ecocentre.Edge.Plant;

/// <summary>A place in a JSON file that a person wrote. Reading it wrongly typed, missing or unknown adds a <see cref="Mistake"/> with the
/// path and a remedy to the list all places of the file share, and yields a harmless value, so that one pass finds everything.</summary>
/// <remarks>
/// <para>How a loader reads. Nothing throws; at the end a longer <c>mistakes</c> list means "refuse".</para>
/// <code>
/// var root = JsonPlace.Parse("site.json", text, mistakes);       // null: not JSON, the mistake names line and column
/// var name = root["name"].Name();                                 // required: "is missing" is a mistake
/// var baud = root["serial"]["baud"].Integer(300, 1_000_000);      // required inside required: one mistake, not two
/// var wait = root.Optional("timeout")?.Duration() ?? fallback;    // may be absent; when there, it must be right
/// var parity = root["parity"].Word(Parities);                     // one of the dictionary's keys
/// foreach (var device in root["devices"].Items()) …               // array; path $.devices[0], $.devices[1], …
/// foreach (var (key, point) in root["points"].Members()) …        // object used as a map: every key is welcome
/// root["unit"].Wrong("is also the unit of meter \"b\".", "Give each device of a bus its own.");   // a mistake of the loader's own
/// root.Done();                                                    // once, on the root: keys nobody asked for are mistakes
/// </code>
/// <para>After a mistake the harmless value is 0, "", false, the first word, or an empty list. Comments and trailing commas are allowed. A
/// key is known when it was asked for by the indexer or <see cref="Optional"/>; <c>$schema</c> is always known at the root. One
/// thread.</para>
/// </remarks>
public sealed class JsonPlace
{
    // Enough for device and space names a person types; keeps MQTT topics and database tags short.
    private const int NameLengthMax = 64;

    // A found value is quoted in the mistake; more than this of it does not help.
    private const int QuotedLengthMax = 40;

    private static readonly JsonDocumentOptions Strict =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false };

    private readonly string _file;
    private readonly List<Mistake> _mistakes;
    private readonly JsonElement _element;
    private readonly JsonPlace? _parent;
    private readonly string? _key;
    private readonly int _index;

    // Made when something is in them, like the path: a building's file has tens of thousands of places that nothing is asked of.
    private Dictionary<string, JsonPlace?>? _members;
    private List<JsonPlace>? _items;
    private bool _silent;
    private bool _anyKey;
    private bool _asked;

    private JsonPlace(string file, JsonElement element, List<Mistake> mistakes) => (_file, _element, _mistakes) = (file, element, mistakes);

    private JsonPlace(JsonPlace parent, (string? Key, int Index) at, JsonElement element)
    {
        (_file, _mistakes, _silent) = (parent._file, parent._mistakes, parent._silent);
        (_parent, _key, _index, _element) = (parent, at.Key, at.Index, element);
    }

    /// <summary>As in <c>$.buses[1].devices[0].unit</c>; keys that are no plain words stand as <c>['voltage.l1']</c>.</summary>
    public string Path => field ??= _parent is null ? "$" : _key is { } key ? Below(_parent.Path, key) : $"{_parent.Path}[{_index}]";

    public bool IsMissing => _element.ValueKind == JsonValueKind.Undefined;

    public bool IsText => _element.ValueKind == JsonValueKind.String;

    /// <summary>It is "".</summary>
    internal bool IsEmptyText => IsText && _element.GetString()!.Length == 0;

    public bool IsNumber => _element.ValueKind == JsonValueKind.Number;

    public bool IsObject => _element.ValueKind == JsonValueKind.Object;

    public bool IsArray => _element.ValueKind == JsonValueKind.Array;

    /// <summary>The keys of an object in the order written, without making them known; empty for everything else.</summary>
    public IEnumerable<string> Keys => IsObject ? _element.EnumerateObject().Select(m => m.Name).ToArray() : [];

    /// <summary>The member of that name, missing or not. Asking makes the key known.</summary>
    public JsonPlace this[string key]
    {
        get
        {
            _asked = true;
            if (!IsObject) Expected("an object, { … }");
            return Member(key);
        }
    }

    /// <summary>Parses a file's text.</summary>
    /// <param name="file">The file as the person named it, for the mistakes.</param>
    /// <returns>The root, or null when the text is not JSON; the mistake then names line and column, counted from 1.</returns>
    public static JsonPlace? Parse(string file, string text, List<Mistake> mistakes)
    {
        try
        {
            var (document, isUnique) = Read(text.TrimStart('\uFEFF'));
            using var read = document;
            // Half a character can only be written as an escape.
            if (text.Contains("\\u", StringComparison.Ordinal) && !JsonText.IsWhole(document.RootElement))
            {
                mistakes.Add(new Mistake(file, "$", "A text in it holds half a character, as in \"\\ud800\" without the half that follows.",
                    "Search for \\ud and write the character itself."));
                return null;
            }
            var root = new JsonPlace(file, document.RootElement.Clone(), mistakes);
            if (!isUnique) root.ReportDuplicates(root._element, root.Path);
            return root;
        }
        catch (JsonException e)
        {
            var reason = e.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];
            var place = $"line {(e.LineNumber ?? 0) + 1}, column {(e.BytePositionInLine ?? 0) + 1}";
            mistakes.Add(new Mistake(
                file, place, $"This is not JSON: {reason}", "Mend the text there or just before it: a comma, a quote or a bracket."));
            return null;
        }
    }

    /// <summary>The member of that name, or null when it is absent. Asking makes the key known.</summary>
    public JsonPlace? Optional(string key)
    {
        _asked = true;
        if (!IsObject) Expected("an object, { … }");
        if (_members?.TryGetValue(key, out var known) == true) return known is { IsMissing: false } ? known : null;
        if (Property(key) is { ValueKind: not JsonValueKind.Undefined } element) return Remember(key, new JsonPlace(this, (key, 0), element));
        (_members ??= new(StringComparer.Ordinal)).Add(key, null);
        return null;
    }

    /// <summary>A text of at least one character.</summary>
    public string Text()
    {
        if (IsText && _element.GetString() is { Length: > 0 } text) return text;
        return Expected("a text, not empty, in double quotes", "");
    }

    /// <summary>A name that lives long and travels far (topics, tags): 1 to 64 of <c>a-z 0-9 - .</c>, a letter or digit at both
    /// ends.</summary>
    public string Name()
    {
        if (!IsText) return Expected("a name of small letters, digits, dashes and dots, in double quotes", "");
        var name = _element.GetString()!;
        if (IsName(name)) return name;
        var better = new string([.. name.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '.' ? c : '-')])
            .Trim('-', '.');
        if (better.Length > NameLengthMax) better = better[..NameLengthMax].Trim('-', '.');
        Wrong($"\"{Shorten(name)}\" is no name: 1 to {NameLengthMax} of a-z, 0-9, dash and dot, with a letter or digit at both ends.",
            better.Length > 0 ? $"Write \"{better}\"." : "Write for instance \"main-meter\".");
        return better;
    }

    /// <summary>A whole number, both bounds included.</summary>
    public int Integer(int min = int.MinValue, int max = int.MaxValue)
    {
        if (IsNumber && _element.TryGetInt32(out var value) && value >= min && value <= max) return value;
        return Expected("a whole number" + Range(min, max, int.MinValue, int.MaxValue), 0);
    }

    /// <summary>A finite number, both bounds included.</summary>
    public double Number(double min = double.NegativeInfinity, double max = double.PositiveInfinity)
    {
        if (IsNumber && _element.TryGetDouble(out var value) && double.IsFinite(value) && value >= min && value <= max) return value;
        return Expected("a number" + Range(min, max, double.NegativeInfinity, double.PositiveInfinity), 0.0);
    }

    public bool Flag()
    {
        if (_element.ValueKind is JsonValueKind.True or JsonValueKind.False) return _element.GetBoolean();
        return Expected("true or false", false);
    }

    /// <summary>A stretch of time with its unit: <c>500ms</c>, <c>1s</c>, <c>1.5s</c>, <c>15min</c>, <c>2h</c>, <c>7d</c>. Both bounds are
    /// included; over zero unless <paramref name="min"/> says otherwise.</summary>
    public TimeSpan Duration(TimeSpan? min = null, TimeSpan? max = null)
    {
        if (IsText && TryDuration(_element.GetString()!, out var value) && (min is { } low ? value >= low : value > TimeSpan.Zero)
            && value <= (max ?? TimeSpan.MaxValue)) return value;
        var range = (min, max) switch
        {
            ({ } a, { } b) => $" from {Print(a)} to {Print(b)}",
            ({ } a, null) => $" of at least {Print(a)}",
            (null, { } b) => $" over zero and up to {Print(b)}",
            _ => "",
        };
        return Expected($"a duration{range}, as in \"500ms\", \"1s\", \"15min\", \"2h\" or \"7d\"", TimeSpan.Zero);
    }

    /// <summary>One of a few words, the keys of <paramref name="words"/>; upper and lower case are told apart.</summary>
    public T Word<T>(IReadOnlyDictionary<string, T> words)
    {
        if (IsText && words.TryGetValue(_element.GetString()!, out var value)) return value;
        var all = string.Join(", ", words.Keys.Select(w => $"\"{w}\""));
        if (IsText && Nearest(_element.GetString()!, words.Keys) is { } near)
        {
            Wrong($"is {Found()}, which is not one of {all}.", $"Did you mean \"{near}\"?");
            return words[near];
        }
        return Expected($"one of {all}", words.Values.First());
    }

    /// <summary>The items of an array, in order.</summary>
    /// <param name="countMin">Fewer than this are a mistake.</param>
    public IReadOnlyList<JsonPlace> Items(int countMin = 0)
    {
        if (!IsArray) return Expected("a list, [ … ]", Array.Empty<JsonPlace>());
        if (_items is null)
        {
            _items = new List<JsonPlace>(_element.GetArrayLength());
            foreach (var item in _element.EnumerateArray()) _items.Add(new JsonPlace(this, (null, _items.Count), item));
        }
        if (_items.Count < countMin) Wrong($"has {_items.Count} items.", $"Give at least {countMin}.");
        return _items;
    }

    /// <summary>The members of an object that serves as a map, in the order written; all its keys become known.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonPlace>> Members()
    {
        if (!IsObject) return Expected("an object, { … }", Array.Empty<KeyValuePair<string, JsonPlace>>());
        _anyKey = true;
        var members = new List<KeyValuePair<string, JsonPlace>>(_element.GetPropertyCount());
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in _element.EnumerateObject())
            if (listed.Add(property.Name)) members.Add(KeyValuePair.Create(property.Name, Member(property.Name)));
        return members;
    }

    /// <summary>Adds a mistake at this place.</summary>
    /// <param name="problem">What is wrong, with the value found; reads well after the path, ends with a period.</param>
    /// <param name="remedy">What to write instead, a sentence.</param>
    public void Wrong(string problem, string remedy)
    {
        if (!_silent) _mistakes.Add(new Mistake(_file, Path, problem, remedy));
    }

    /// <summary>Reports every key that was not asked for, here and in all places below that were read. Call it once, on the root, at the
    /// end.</summary>
    public void Done()
    {
        if (IsObject && _asked && !_anyKey && HasUnasked()) ReportUnasked();
        if (_members is not null)
            foreach (var place in _members.Values) place?.Done();
        if (_items is not null)
            foreach (var place in _items) place.Done();
    }

    /// <summary>The candidate that a typing error turned into <paramref name="word"/>, or null when none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        // One typing error in three letters, and at least one: "unti" is "unit", but "mass" is not "host".
        var distanceMax = Math.Max(1, word.Length / 3);
        return candidates.Select(c => (Candidate: c, Distance: Distance(word.ToLowerInvariant(), c.ToLowerInvariant())))
            .Where(c => c.Distance <= distanceMax).OrderBy(c => c.Distance).ThenBy(c => c.Candidate, StringComparer.Ordinal)
            .Select(c => c.Candidate).FirstOrDefault();
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= NameLengthMax && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]);

    private static string Range<T>(T min, T max, T lowest, T highest) where T : INumber<T> => (min > lowest, max < highest) switch
    {
        (true, true) => string.Create(CultureInfo.InvariantCulture, $" from {min} to {max}"),
        (true, false) => string.Create(CultureInfo.InvariantCulture, $" of at least {min}"),
        (false, true) => string.Create(CultureInfo.InvariantCulture, $" of at most {max}"),
        _ => "",
    };

    private static bool TryDuration(string text, out TimeSpan value)
    {
        value = default;
        var digits = text.AsSpan().IndexOfAnyExcept("0123456789.");
        const NumberStyles style = NumberStyles.AllowDecimalPoint;
        if (digits <= 0 || !double.TryParse(text.AsSpan(0, digits), style, CultureInfo.InvariantCulture, out var number)) return false;
        var seconds = text[digits..].TrimStart(' ') switch
        {
            "ms" => 0.001,
            "s" => 1,
            "min" => 60,
            "h" => 3600,
            "d" => 86400,
            _ => double.NaN,
        };
        // A thousand years: beyond it only typing errors lie, and TimeSpan stays far from its end.
        if (!(number * seconds <= 1000 * 366.0 * 86400)) return false;
        value = TimeSpan.FromMicroseconds(Math.Round(number * seconds * 1e6));
        return true;
    }

    private static string Print(TimeSpan time) => time switch
    {
        { Ticks: 0 } => "0s",
        _ when time.Ticks % TimeSpan.TicksPerDay == 0 => $"{time.Days}d",
        _ when time.Ticks % TimeSpan.TicksPerHour == 0 => $"{(long)time.TotalHours}h",
        _ when time.Ticks % TimeSpan.TicksPerMinute == 0 => $"{(long)time.TotalMinutes}min",
        _ when time.Ticks % TimeSpan.TicksPerSecond == 0 => $"{(long)time.TotalSeconds}s",
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds}ms"),
    };

    private static string Below(string path, string key) =>
        key.Length > 0 && key.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '$') ? $"{path}.{key}" : $"{path}['{key}']";

    private static string Shorten(string text) => text.Length <= QuotedLengthMax ? text : text[..QuotedLengthMax] + "…";

    /// <summary>Edits from one word to another: a letter changed, added, left out, or two neighbours swapped (optimal string
    /// alignment).</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var least = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) least = Math.Min(least, rows[i - 2, j - 2] + 1);
                rows[i, j] = least;
            }
        return rows[a.Length, b.Length];
    }

    /// <summary>Reads a text, with a word on whether each key stands in it once.</summary>
    private static (JsonDocument Document, bool IsUnique) Read(string text)
    {
        try
        {
            return (JsonDocument.Parse(text, Strict), true);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Which keys stand twice, and where, is found by looking at each; what is no JSON says so again.
            return (JsonDocument.Parse(text, Strict with { AllowDuplicateProperties = true }), false);
        }
    }

    private JsonPlace Member(string key) =>
        _members?.GetValueOrDefault(key) is { } known ? known : Remember(key, new JsonPlace(this, (key, 0), Property(key)));

    private JsonElement Property(string key) => IsObject && _element.TryGetProperty(key, out var found) ? found : default;

    private JsonPlace Remember(string key, JsonPlace member) => (_members ??= new(StringComparer.Ordinal))[key] = member;

    /// <summary>Whether the object has keys that nobody asked for, or keys that stand twice.</summary>
    private bool HasUnasked()
    {
        var asked = 0;
        if (_members is not null)
            foreach (var place in _members.Values)
                if (place is { IsMissing: false }) asked++;
        return asked != _element.GetPropertyCount();
    }

    private void ReportUnasked()
    {
        string[] known = [.. (_members?.Keys ?? Enumerable.Empty<string>())];
        foreach (var key in Keys.Distinct().Except(known))
            if (!(_parent is null && key == "$schema"))
                new JsonPlace(this, (key, 0), Property(key)).Wrong("is not known here.", Nearest(key, known) is { } near
                    ? $"Did you mean \"{near}\"?"
                    : $"Remove it; known are {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
    }

    private void Expected(string what)
    {
        if (IsMissing) Wrong("is missing.", $"Add {what}.");
        else Wrong($"is {Found()}.", $"Write {what}.");
        // Everything below a place that is not there would only repeat the same mistake.
        _silent = true;
    }

    private T Expected<T>(string what, T harmless)
    {
        Expected(what);
        return harmless;
    }

    private string Found() => _element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"\"{Shorten(_element.GetString()!)}\"",
        _ => Shorten(_element.GetRawText()),
    };

    private void ReportDuplicates(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Array)
            foreach (var (index, item) in element.EnumerateArray().Index()) ReportDuplicates(item, $"{path}[{index}]");
        if (element.ValueKind != JsonValueKind.Object) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var inner = Below(path, member.Name);
            if (!seen.Add(member.Name)) _mistakes.Add(new Mistake(_file, inner, "stands here more than once.", "Keep one of them."));
            ReportDuplicates(member.Value, inner);
        }
    }
}
