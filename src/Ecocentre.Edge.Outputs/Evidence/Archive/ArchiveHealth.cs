using System.Collections.Immutable;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>How the archive stands, counted as it goes: asking costs no disk access.</summary>
/// <param name="Days">Sealed days that are there.</param>
/// <param name="Last">The last sealed day, or null.</param>
/// <param name="Leaves">Leaves of the tree.</param>
/// <param name="Bytes">Taken by the day files.</param>
/// <param name="Trouble">Why the last attempt to seal failed, or null when it did not.</param>
/// <param name="Damaged">What was found that is not what was written, in words; the newest <see cref="EvidenceArchive.DamagedMax"/>.</param>
public sealed record ArchiveHealth(
    int Days, DateOnly? Last, long Leaves, long Bytes, string? Trouble, Instant? TroubleSince, ImmutableArray<string> Damaged);
