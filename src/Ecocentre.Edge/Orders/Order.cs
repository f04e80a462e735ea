using System.Text.Json.Serialization;

namespace Ecocentre.Edge.Orders;

/// <summary>Something that a verb wants done by whoever owns the log: the running gateway, or the verb itself when none runs. Travels as JSON.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "order")]
[JsonDerivedType(typeof(EntryOrder), "entry")]
[JsonDerivedType(typeof(EntriesOrder), "entries")]
[JsonDerivedType(typeof(ReadingsOrder), "readings")]
[JsonDerivedType(typeof(SwapOrder), "swap")]
[JsonDerivedType(typeof(CalibrateOrder), "calibrate")]
[JsonDerivedType(typeof(LabelOrder), "label")]
[JsonDerivedType(typeof(KeyOrder), "key")]
[JsonDerivedType(typeof(ReloadOrder), "reload")]
internal abstract record Order
{
    /// <summary>It only asks, and changes nothing.</summary>
    [JsonIgnore]
    internal virtual bool IsQuestion => false;

    /// <summary>Does it, or says why not. What it records is durable when this returns.</summary>
    /// <param name="progress">Gets a sentence for people now and then.</param>
    internal abstract Task<OrderAnswer> ExecuteAsync(OrderOffice office, IProgress<string> progress, CancellationToken cancellation);
}

/// <summary>What became of an order.</summary>
/// <param name="IsDone">False: refused, and nothing was changed.</param>
/// <param name="Text">For people.</param>
/// <param name="Sequence">Of the first entry in the log that it made, or null.</param>
internal sealed record OrderAnswer(bool IsDone, string Text, long? Sequence = null)
{
    /// <summary>What was asked for, for orders that ask.</summary>
    public IReadOnlyList<EntryLine>? Entries { get; init; }

    /// <inheritdoc cref="Entries"/>
    public IReadOnlyList<ReadingLine>? Readings { get; init; }

    /// <inheritdoc cref="Entries"/>
    public LabelLine? Label { get; init; }

    /// <inheritdoc cref="Entries"/>
    public IReadOnlyList<KeyTold>? Keys { get; init; }

    internal static OrderAnswer Refused(string problem, string remedy) => new(false, $"{problem} {remedy}");
}
