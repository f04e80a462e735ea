namespace Ecocentre.Edge.Signing;

/// <summary>Nothing is signed: the key cannot be used, or the tree is not the one that was signed before. The message says which and what to do.</summary>
public sealed class SigningRefusedException(string message, Exception? inner = null) : Exception(message, inner);
