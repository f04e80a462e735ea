using System.Collections.Immutable;

namespace Ecocentre.Edge.Outputs.Webhooks;

/// <summary>What a target was told so far. Immutable.</summary>
/// <param name="DeskSequence">The last change of a desk it has; -1 before the first, when it gets the whole picture.</param>
/// <param name="LogSequence">The last log entry that was looked at for it; -1 before the first, when it begins with what is to come.</param>
/// <param name="Begun">What it was told to have begun and not yet to have ended, or waits to be told, with the Unix milliseconds of the beginning:
/// <c>co2:air-1.co2</c>, <c>headroom:AQ-1</c>, <c>outbox</c>. Under <c>verdict:AQ-1</c> the level it knows; under <c>verdicts</c> and <c>headrooms</c>
/// how many of these events there were.</param>
public sealed record WebhookStanding(long DeskSequence, long LogSequence, ImmutableSortedDictionary<string, long> Begun)
{
    /// <summary>Events that were made of what stood for a moment only (outbox, verdicts, headroom) and that it has not taken yet, in order: nobody could make
    /// them again.</summary>
    public ImmutableList<WebhookEvent> Waiting { get; init; } = [];

    public static WebhookStanding Fresh { get; } =
        new(-1, -1, ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal));
}

/// <summary>An event as it goes over the wire.</summary>
/// <param name="Id">Without the centre.</param>
public sealed record WebhookEvent(string Id, string Json);
