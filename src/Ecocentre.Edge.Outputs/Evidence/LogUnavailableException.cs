namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>The log could not be written or read: disk full, I/O error, read-only, damaged. Nothing of the attempt is in the log, and the same
/// call may be made again later. The message names the file, what happened and the remedy.</summary>
public sealed class LogUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
