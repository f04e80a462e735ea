namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>The log refuses what it was asked, and will refuse it again: not a log, another centre's log, in use by another process, a point
/// whose unit changed. The message says which and what to do.</summary>
public sealed class LogRefusedException(string message, Exception? inner = null) : Exception(message, inner);
