using System.Collections.Immutable;
using System.Text.Json;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Web.Access;

/// <summary>The file of tokens beside the log, readable and writable by its owner alone (mode 600): hashes, never tokens. Written whole and renamed,
/// so that nobody ever reads half of it.</summary>
public static class TokenFile
{
    /// <summary>More tokens than a centre has programs that ask.</summary>
    public const int TokensMax = 256;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly Dictionary<string, Roles> RoleWords = new()
    {
        ["viewer"] = Roles.Viewer, ["booking"] = Roles.Booking, ["auditor"] = Roles.Auditor, ["admin"] = Roles.Admin,
    };

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>The published words for the roles a token can have.</summary>
    public static IReadOnlyDictionary<string, Roles> Words => RoleWords;

    /// <summary>Name of the companion file that keeps when each token was last used.</summary>
    public static string UsesOf(string path) => path + ".used";

    /// <summary>Reads all tokens, revoked ones included; none when there is no file.</summary>
    /// <exception cref="InvalidDataException">It is not such a file, or others than its owner may touch it; the message says what to do.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static ImmutableArray<TokenEntry> Read(string path)
    {
        if (!File.Exists(path)) return [];
        if ((File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            throw new InvalidDataException($"{path} may be touched by others than its owner. Make it mode 600: chmod 600 {path}");
        var mistakes = new List<Mistake>();
        var tokens = JsonPlace.Parse(path, File.ReadAllText(path), mistakes) is { } root ? Read(root) : [];
        if (mistakes.Count > 0) throw new InvalidDataException(string.Join(Environment.NewLine, mistakes));
        return tokens;
    }

    /// <summary>Changes the file under a lock, so that two who change it at once do not lose each other's work.</summary>
    /// <exception cref="InvalidDataException">As for <see cref="Read(string)"/>, or it would hold too many.</exception>
    /// <exception cref="IOException">It cannot be read or written, or somebody else is changing it.</exception>
    public static void Change(string path, Func<ImmutableArray<TokenEntry>, ImmutableArray<TokenEntry>> change)
    {
        using var held = new FileStream(path + ".lock", new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = OwnerOnly,
        });
        var tokens = change(Read(path));
        if (tokens.Length > TokensMax)
            throw new InvalidDataException($"{path} would hold {tokens.Length} tokens, at most {TokensMax} are possible. Remove revoked ones from it.");
        Write(path, json =>
        {
            json.WriteStartArray("tokens");
            foreach (var token in tokens) Write(json, token);
            json.WriteEndArray();
        });
    }

    /// <summary>When each token was last used, by id; empty when that is not known.</summary>
    public static IReadOnlyDictionary<string, Instant> ReadUses(string path)
    {
        var uses = new Dictionary<string, Instant>(StringComparer.Ordinal);
        try
        {
            if (!File.Exists(UsesOf(path))) return uses;
            using var document = JsonDocument.Parse(File.ReadAllText(UsesOf(path)));
            foreach (var use in document.RootElement.EnumerateObject())
                if (use.Value.TryGetDateTimeOffset(out var at)) uses[use.Name] = Instant.From(at);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // It is for showing only: a card that lost it costs a column of a table.
        }
        return uses;
    }

    /// <summary>Keeps when each token was last used.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WriteUses(string path, IEnumerable<KeyValuePair<string, Instant>> uses) => Write(UsesOf(path), json =>
    {
        foreach (var (id, at) in uses) json.WriteString(id, at.ToString());
    });

    private static void Write(string path, Action<Utf8JsonWriter> content)
    {
        var fresh = path + ".new";
        File.Delete(fresh);
        using (var file = new FileStream(fresh, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly,
        }))
        {
            using (var json = new Utf8JsonWriter(file, Indented))
            {
                json.WriteStartObject();
                content(json);
                json.WriteEndObject();
            }
            file.WriteByte((byte)'\n');
            file.Flush(flushToDisk: true);
        }
        File.Move(fresh, path, overwrite: true);
    }

    private static void Write(Utf8JsonWriter json, TokenEntry token)
    {
        json.WriteStartObject();
        json.WriteString("id", token.Id);
        json.WriteString("name", token.Name);
        json.WriteString("role", RoleWords.First(word => word.Value == token.Role).Key);
        json.WriteString("sha256", token.Sha256);
        json.WriteString("created", token.Created.ToString());
        if (token.Expires is { } expires) json.WriteString("expires", expires.ToString());
        if (token.Revoked is { } revoked) json.WriteString("revoked", revoked.ToString());
        json.WriteEndObject();
    }

    private static ImmutableArray<TokenEntry> Read(JsonPlace root)
    {
        var tokens = ImmutableArray.CreateBuilder<TokenEntry>();
        foreach (var place in root["tokens"].Items())
        {
            var hash = place["sha256"].Text();
            if (hash.Length is not (0 or 64) || !hash.All(char.IsAsciiHexDigitLower))
                place["sha256"].Wrong("is no SHA-256 in small hexadecimal.", "Make the token anew: ecocentre-edge token add.");
            tokens.Add(new TokenEntry(
                place["id"].Text(), place["name"].Text(), place["role"].Word(RoleWords), hash,
                Time(place["created"]), place.Optional("expires") is { } expires ? Time(expires) : null,
                place.Optional("revoked") is { } revoked ? Time(revoked) : null));
        }
        root.Done();
        return tokens.ToImmutable();
    }

    private static Instant Time(JsonPlace place)
    {
        var text = place.Text();
        if (DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var at)) return Instant.From(at);
        if (text.Length > 0) place.Wrong($"\"{text}\" is no time.", "Write it as in \"2026-11-21T19:00:00.000Z\".");
        return default;
    }
}
