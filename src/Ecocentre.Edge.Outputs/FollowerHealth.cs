using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs;

/// <summary>How a sink is doing.</summary>
/// <param name="Lag">Its cursor, how many entries it is behind, and since when.</param>
/// <param name="Delivered">Entries it took since the follower started, repeated ones included.</param>
/// <param name="SetApart">Entries it refused since the follower started.</param>
/// <param name="Trouble">Why the last try failed, in the receiver's words or ours; null when it did not.</param>
/// <param name="TroubleSince">Since when no try has succeeded, or null.</param>
public sealed record FollowerHealth(SinkLag Lag, long Delivered, long SetApart, string? Trouble, Instant? TroubleSince);
