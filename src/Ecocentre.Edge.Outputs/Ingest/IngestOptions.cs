using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Ingest;

/// <summary>How an ingest takes from the broker and gives to the database, and every bound of it.</summary>
public sealed record IngestOptions
{
    /// <summary>Who acknowledges, for people: <c>ingest-1</c>. Unique among the ingests of one broker; names the file of what was set
    /// apart.</summary>
    public required string Name { get; init; }

    /// <summary>Ingests of one group share the work: each message goes to one of them. Null to see every message.</summary>
    public string? Group { get; init; }

    /// <summary>Folder for lines and messages set apart; made when first needed.</summary>
    public required string RejectedFolder { get; init; }

    /// <summary>Most lines in one write. 5,000: what the makers of InfluxDB recommend for a batch.</summary>
    public int LinesMax { get; init; } = 5_000;

    /// <summary>A write is not made larger than this by adding a message. 2 MiB: 5,000 lines of 300 bytes, and some room.</summary>
    public int BytesMax { get; init; } = 2 * 1024 * 1024;

    /// <summary>How long the first message waits for others to be written with it. The minute windows of many centres arrive within the
    /// same second.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes taken from the broker and not yet in the database; further messages are dropped unacknowledged, and their gateways
    /// send them again. 64 MiB: 200,000 lines, what a thousand points produce in three hours.</summary>
    public int PendingBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>What is wrong with these values; empty when nothing is.</summary>
    /// <param name="file">The file they came from.</param>
    /// <param name="path">Place in it, such as <c>$.ingest</c>.</param>
    public ImmutableArray<Mistake> Check(string file, string path)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        void Wrong(bool wrong, string key, string problem, string instead)
        {
            if (wrong) mistakes.Add(new Mistake(file, $"{path}.{key}", problem, instead));
        }

        const string remedy = "Write 1 to 64 of a-z A-Z 0-9 . - and _, beginning with a letter or digit.";
        Wrong(!IsName(Name), "name", $"\"{Name}\" is not a name.", remedy);
        Wrong(Group is not null && !IsName(Group), "group", $"\"{Group}\" is not a name.", remedy);
        Wrong(RejectedFolder.Length == 0, "rejectedFolder", "It is empty.", "Name a folder that this program may write to.");
        Wrong(LinesMax is < 1 or > 100_000, "lines", $"{LinesMax} is not possible.", "Write 1 to 100,000; 5,000 is a good number.");
        Wrong(BytesMax < 1, "bytes", $"{BytesMax} is not possible.", "Write a number over zero.");
        Wrong(!(Linger.TotalSeconds is >= 0 and <= 10), "linger", $"{Linger.TotalSeconds} s is not possible.", "Write 0 to 10 s.");
        Wrong(PendingBytesMax < BytesMax, "pendingBytes", $"{PendingBytesMax} is less than one write.", $"Write {BytesMax} or more.");
        return mistakes.ToImmutable();
    }

    // MQTT 5, section 4.8.2: a share name holds no "/", "+" or "#"; a file name holds no "/".
    private static bool IsName(string name) => name.Length is >= 1 and <= 64 && char.IsAsciiLetterOrDigit(name[0])
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_');
}
