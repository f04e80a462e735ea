using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence.Backups;

/// <summary>What one generation of a backup holds. Written last, under a name that ends in the beginning of its own digest: while it is not
/// there, or does not fit its name, there is no such backup.</summary>
public sealed record BackupManifest
{
    /// <summary>The one format there is.</summary>
    public const string FormatNow = "ecocentre-edge backup 1";

    private const string Prefix = "backup-", Suffix = ".json";

    // 64 bits of the digest: chance does not hit them, and whoever means harm can write another manifest anyway.
    private const int DigestLength = 16;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public required string Format { get; init; }

    /// <summary>Id of the centre.</summary>
    public required string Centre { get; init; }

    /// <summary>Version of the program that made it.</summary>
    public required string Program { get; init; }

    /// <summary>When it was begun, Unix milliseconds; RFC 3339 beside it for people.</summary>
    public required long BegunAt { get; init; }

    /// <summary>When the log was copied: what was recorded later is not in it. Unix milliseconds.</summary>
    public required long LogAt { get; init; }

    /// <summary><see cref="LogAt"/> for people.</summary>
    public required string Log { get; init; }

    /// <summary>Where the log lay.</summary>
    public required string LogPath { get; init; }

    /// <summary>Newest sequence in the log's copy.</summary>
    public required long Head { get; init; }

    /// <summary>No sequence above this had been given when the backup ended.</summary>
    public required long Reserved { get; init; }

    /// <summary>The newest checkpoint of the archive, the whole signed note; null when there was none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Whether the signing key was left out on purpose.</summary>
    public bool WithoutKey { get; init; }

    /// <summary>The log's files were copied as they are, because SQLite could not read them.</summary>
    public bool LogIsDamaged { get; init; }

    /// <summary>What is wrong with what was copied, for people; empty when nothing is.</summary>
    public ImmutableArray<string> Faults { get; init; } = [];

    public required ImmutableArray<BackupFile> Files { get; init; }

    /// <summary>When the log was copied.</summary>
    [JsonIgnore]
    public Instant End => new(LogAt);

    /// <summary>Name of its file, which begins with centre and time, so that names sort by age.</summary>
    public string FileName(ReadOnlySpan<byte> bytes) =>
        $"{PrefixOf(Centre)}{Stamp(new Instant(BegunAt))}-{Digest(bytes)}{Suffix}";

    /// <summary>The bytes of its file.</summary>
    public byte[] Encode() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    /// <summary>The file of that name, when it is whole.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of a format that this program does not know; in words.</exception>
    public static BackupManifest Decode(string name, byte[] bytes)
    {
        if (!name.EndsWith($"-{Digest(bytes)}{Suffix}", StringComparison.Ordinal))
            throw new InvalidDataException($"{name} is damaged: its bytes do not fit the digest in its name.");
        try
        {
            var manifest = JsonSerializer.Deserialize<BackupManifest>(bytes, Json);
            if (manifest?.Format == FormatNow) return manifest;
            throw new InvalidDataException($"{name} has the format \"{manifest?.Format}\"; this program knows \"{FormatNow}\".");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{name} is not the list of a backup ({e.Message}).", e);
        }
    }

    /// <summary>Whether a file name is that of a manifest, of whichever centre.</summary>
    internal static bool IsName(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal);

    internal static string PrefixOf(string centre) => $"{Prefix}{centre}-";

    /// <summary>A time as it stands in names of files; a colon is not allowed on every target.</summary>
    internal static string Stamp(Instant at) => at.ToString()[..19].Replace("-", "", StringComparison.Ordinal).Replace(":", "",
        StringComparison.Ordinal) + "Z";

    private static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..DigestLength];
}
