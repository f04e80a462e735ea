namespace Ecocentre.Edge.Commands;

/// <summary>A verb cannot do its work for a reason outside the program; the message is for people and the exit code is 2.</summary>
internal sealed class CannotRunException(string message, Exception? inner = null) : Exception(message, inner);
