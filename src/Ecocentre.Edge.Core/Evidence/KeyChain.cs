using System.Collections.Immutable;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>The keys that ever signed a log's checkpoints, in order, and how each took over from the one before. Immutable.</summary>
public sealed record KeyChain(ImmutableArray<KeyLink> Links)
{
    /// <summary>The key that signs now, or null.</summary>
    public NoteKey? Current => Links.IsEmpty ? null : Links[^1].Key;

    /// <summary>All keys, the newest last.</summary>
    public IEnumerable<NoteKey> Keys => Links.Select(link => link.Key);

    /// <summary>The chain that records tell, in the order of the log; other records are passed over.</summary>
    public static KeyChain Of(IEnumerable<RecordFact> records)
    {
        var links = ImmutableArray.CreateBuilder<KeyLink>();
        foreach (var fact in records)
        {
            if (KeyRecord.From(fact) is not { } record) continue;
            var before = links.Count == 0 ? null : links[^1].Key;
            // The same key told again, after the log lost its records, is no link of its own.
            if (before is not null && before.Equals(record.Key)) continue;
            var succession = before is null ? KeySuccession.First : record.IsSignedBy(before) ? KeySuccession.Signed : KeySuccession.Unproven;
            links.Add(new KeyLink(record.Key, fact.At, succession));
        }
        return new KeyChain(links.DrainToImmutable());
    }
}

/// <summary>A key and since when it signs.</summary>
public sealed record KeyLink(NoteKey Key, Instant Since, KeySuccession Succession);

/// <summary>How a key took over.</summary>
public enum KeySuccession : byte
{
    /// <summary>It is the first that is known.</summary>
    First,

    /// <summary>The key before signed it.</summary>
    Signed,

    /// <summary>The key before did not sign it: it was lost, or somebody put another in its place.</summary>
    Unproven,
}
