using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Ingest;

/// <summary>How an ingest is doing; all counts are since its start.</summary>
/// <param name="MessagesTaken">Well-formed messages taken into memory.</param>
/// <param name="MessagesDropped">Dropped unacknowledged because memory was at its bound; their gateways send them again.</param>
/// <param name="MessagesRepeated">The same as one already in memory; dropped, since that one will be acknowledged.</param>
/// <param name="MessagesMalformed">Set apart, neither written nor acknowledged.</param>
/// <param name="LinesWritten">In the database; what was written twice is counted twice.</param>
/// <param name="LinesSetApart">Refused by the database for good and kept in the file of this ingest.</param>
/// <param name="AcknowledgementsFailed">The broker did not take them; their gateways send the messages again.</param>
/// <param name="PendingBytes">In memory, not yet in the database.</param>
/// <param name="Trouble">Why nothing is being written, in words for people, or null.</param>
/// <param name="TroubleSince">Since when, by this machine's clock; null without trouble.</param>
public sealed record IngestHealth(
    long MessagesTaken, long MessagesDropped, long MessagesRepeated, long MessagesMalformed, long LinesWritten, long LinesSetApart,
    long AcknowledgementsSent, long AcknowledgementsFailed, int PendingMessages, long PendingBytes, string? Trouble, Instant? TroubleSince);
