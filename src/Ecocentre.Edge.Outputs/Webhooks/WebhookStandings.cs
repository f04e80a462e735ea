using System.Collections.Immutable;
using System.Text.Json;

namespace Ecocentre.Edge.Outputs.Webhooks;

/// <summary>What each target was told, in a small file beside the log, written whole and renamed.</summary>
/// <remarks>Any thread. A file that is lost or torn means that targets begin anew; one that is some minutes old, that they get some events again, with the
/// ids they had.</remarks>
public sealed class WebhookStandings
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly SortedDictionary<string, WebhookStanding> _standings = new(StringComparer.Ordinal);
    private bool _changed;

    /// <param name="path">The file; it need not exist.</param>
    public WebhookStandings(string path)
    {
        _path = path;
        try
        {
            if (!File.Exists(path)) return;
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var target in document.RootElement.EnumerateObject()) _standings[target.Name] = Read(target.Value);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            Trouble = $"What webhooks were told is forgotten: {path} cannot be read ({e.Message}).";
            _standings.Clear();
        }
    }

    /// <summary>Name of the file for a log.</summary>
    public static string PathOf(string logPath) => logPath + ".webhooks.json";

    /// <summary>Why the file could not be read or written, or null.</summary>
    public string? Trouble { get; private set; }

    /// <summary>What a target was told.</summary>
    public WebhookStanding this[string target]
    {
        get
        {
            lock (_gate) return _standings.GetValueOrDefault(target) ?? WebhookStanding.Fresh;
        }
        set
        {
            lock (_gate)
            {
                _standings[target] = value;
                _changed = true;
            }
        }
    }

    /// <summary>Forgets targets that the site no longer names.</summary>
    public void Keep(IReadOnlyCollection<string> targets)
    {
        lock (_gate)
            foreach (var gone in _standings.Keys.Where(name => !targets.Contains(name)).ToArray()) _changed |= _standings.Remove(gone);
    }

    /// <summary>Writes the file when something has changed.</summary>
    public void Save()
    {
        lock (_gate)
        {
            if (!_changed) return;
            try
            {
                using (var file = File.Create(_path + ".new"))
                {
                    using (var json = new Utf8JsonWriter(file)) Write(json);
                    file.Flush(flushToDisk: true);
                }
                File.Move(_path + ".new", _path, overwrite: true);
                (_changed, Trouble) = (false, null);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Trouble = $"What webhooks were told cannot be kept in {_path}: {e.Message}";
            }
        }
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, standing) in _standings)
        {
            json.WriteStartObject(name);
            json.WriteNumber("desks", standing.DeskSequence);
            json.WriteNumber("log", standing.LogSequence);
            json.WriteStartObject("begun");
            foreach (var (what, since) in standing.Begun) json.WriteNumber(what, since);
            json.WriteEndObject();
            json.WriteStartObject("waiting");
            foreach (var (id, text) in standing.Waiting)
            {
                json.WritePropertyName(id);
                json.WriteRawValue(text);
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static WebhookStanding Read(JsonElement target) => new(
        target.GetProperty("desks").GetInt64(), target.GetProperty("log").GetInt64(),
        target.GetProperty("begun").EnumerateObject().ToImmutableSortedDictionary(one => one.Name, one => one.Value.GetInt64(), StringComparer.Ordinal))
    {
        // Files of earlier versions have none.
        Waiting = target.TryGetProperty("waiting", out var waiting)
            ? [.. waiting.EnumerateObject().Select(one => new WebhookEvent(one.Name, one.Value.GetRawText()))] : [],
    };
}
