using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Orders;

/// <summary>Asks for what was entered by hand.</summary>
/// <param name="Point">Only of this point; null for all.</param>
internal sealed record EntriesOrder(string? Point) : Order
{
    internal override bool IsQuestion => true;

    internal override Task<OrderAnswer> ExecuteAsync(OrderOffice office, IProgress<string> progress, CancellationToken cancellation)
    {
        var lines = EntryLine.Of(office.Records()).Where(line => Point is null || line.Point == Point).ToArray();
        return Task.FromResult(new OrderAnswer(true, $"{lines.Length} entries.") { Entries = lines });
    }
}

/// <summary>An entry by hand as it is listed.</summary>
/// <param name="When">RFC 3339, UTC.</param>
/// <param name="CorrectedBy">Sequence of what took its place, or null: it counts.</param>
internal sealed record EntryLine(
    long Sequence, string Point, string When, double Value, string Unit, string Author, string Entered, string? Document, string? Note,
    long? Corrects, string? Reason, long? CorrectedBy)
{
    /// <summary>All entries and corrections among the records, by time of what they speak of.</summary>
    internal static IReadOnlyList<EntryLine> Of(IEnumerable<LogEntry> records)
    {
        var entries = records.Select(record => (record.Sequence, Entry: HandEntry.From((RecordFact)record.Fact)))
            .Where(record => record.Entry is not null).ToArray();
        var correctedBy = entries.Where(e => e.Entry!.Corrects is not null).GroupBy(e => e.Entry!.Corrects!.Value)
            .ToDictionary(g => g.Key, g => g.Last().Sequence);
        return
        [
            .. entries.OrderBy(e => e.Entry!.When).ThenBy(e => e.Sequence).Select(e => new EntryLine(
                e.Sequence, e.Entry!.Point, e.Entry.When.ToString(), e.Entry.Value, e.Entry.Unit, e.Entry.Author, e.Entry.Entered.ToString(),
                e.Entry.Document, e.Entry.Note, e.Entry.Corrects, e.Entry.Reason, correctedBy.TryGetValue(e.Sequence, out var by) ? by : null)),
        ];
    }
}
