using System.Collections.Immutable;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>How the log stands, counted as it goes: asking costs no disk access.</summary>
/// <param name="Head">Newest sequence, 0 while there is none.</param>
/// <param name="Tail">Oldest sequence held.</param>
/// <param name="Bytes">Taken by what is held. The files may be larger by what is free inside them, never larger than <paramref name="BytesMax"/>.</param>
/// <param name="Undelivered">Sequences between the slowest sink's cursor and the head, those given up meanwhile included; 0 without sinks.</param>
/// <param name="UndeliveredSince">When the oldest of them was appended, or null.</param>
/// <param name="Dropped">Entries given up since the log was opened although a sink had not taken them, or for want of bytes.</param>
/// <param name="Held">Everything after this waits to be sealed and stays; null where nothing is sealed.</param>
/// <param name="Trouble">Why the last attempt to write failed, or null when it did not.</param>
public sealed record LogHealth(
    long Head, long Tail, long Bytes, long BytesMax, long Undelivered, Instant? UndeliveredSince, long Dropped,
    string? Trouble, Instant? TroubleSince, ImmutableArray<SinkLag> Sinks, long? Held = null);

/// <summary>How far a sink is behind.</summary>
/// <param name="Acknowledged">The last sequence it has taken.</param>
/// <param name="Entries">Sequences from there, or from the tail if that is later, to the head. Fewer are left where the log gave some up.</param>
/// <param name="Since">When the oldest of them was appended, or null when there is none.</param>
public sealed record SinkLag(string Sink, long Acknowledged, long Entries, Instant? Since);
