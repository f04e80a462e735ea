namespace Ecocentre.Edge.Web;

/// <summary>Something wrong now, for people.</summary>
/// <param name="Subject">Bus, device, sink, or <c>log</c>, <c>clock</c>.</param>
/// <param name="Fatal">True when the gateway cannot do its main job (nothing is recorded): <c>/health/ready</c> answers 503.</param>
public sealed record Trouble(string Subject, string Text, bool Fatal);
