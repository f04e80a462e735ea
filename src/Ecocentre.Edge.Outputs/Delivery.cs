namespace Ecocentre.Edge.Outputs;

/// <summary>What became of a batch.</summary>
public enum DeliveryOutcome : byte
{
    /// <summary>The receiver has all of it: the cursor moves on.</summary>
    Accepted,

    /// <summary>Not now: the same entries are offered again.</summary>
    RetryLater,

    /// <summary>Never: the receiver will not take the entries named; they are set apart with its words and the cursor moves on.</summary>
    Rejected,
}

/// <summary>What became of a batch, why, and when to try again.</summary>
/// <param name="Reason">The receiver's own words, or ours; null only when accepted.</param>
/// <param name="RetryAfter">When the receiver said how long to wait.</param>
/// <param name="RejectedSequences">With <see cref="DeliveryOutcome.Rejected"/>: the entries refused; all others of the batch were taken.</param>
public readonly record struct Delivery(
    DeliveryOutcome Outcome, string? Reason = null, TimeSpan? RetryAfter = null, IReadOnlyList<long>? RejectedSequences = null)
{
    public static Delivery Accepted { get; } = new(DeliveryOutcome.Accepted);

    public static Delivery RetryLater(string reason, TimeSpan? after = null) => new(DeliveryOutcome.RetryLater, reason, after);

    public static Delivery Rejected(string reason, IReadOnlyList<long> sequences) => new(DeliveryOutcome.Rejected, reason, null, sequences);
}
