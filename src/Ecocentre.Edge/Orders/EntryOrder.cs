using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Orders;

/// <summary>Enters what somebody read or weighed, or corrects an earlier entry.</summary>
/// <param name="When">Unix milliseconds; null for now.</param>
/// <param name="Corrects">Sequence of the entry whose place it takes, or null.</param>
/// <param name="MayBeLower">A register below the one before it is meant (the meter was exchanged or turned over).</param>
internal sealed record EntryOrder(
    string Point, double Value, string Author, long? When, string? Document, string? Note, long? Corrects, string? Reason, bool MayBeLower) : Order
{
    // Clocks of two machines, or of a person, differ by that much.
    private static readonly TimeSpan FutureMax = TimeSpan.FromMinutes(5);

    // Waste slips come monthly, statements yearly; what is older than ten years is a typing error.
    private static readonly TimeSpan PastMax = TimeSpan.FromDays(3653);

    // A name, a slip's number, a remark: more is a paste gone wrong. The database takes 64 kB.
    private const int TextLengthMax = 2_000;

    internal override async Task<OrderAnswer> ExecuteAsync(OrderOffice office, IProgress<string> progress, CancellationToken cancellation)
    {
        if (office.Site.Entries.FirstOrDefault(e => e.Name == Point) is not { } point)
            return OrderAnswer.Refused($"There is nothing to enter called \"{Point}\".",
                JsonPlace.Nearest(Point, office.Site.Entries.Select(e => e.Name)) is { } near
                ? $"Did you mean \"{near}\"?" : $"\"entries\" in {office.Site.File} has {Names(office)}.");
        var when = When is { } said ? new Instant(said) : office.Now;
        var entry = new HandEntry
        {
            Point = Point, Kind = point.Kind, When = when, Value = Value, Unit = point.Unit, Author = Author.Trim(), Entered = office.Now,
            Document = Document, Note = Note, Corrects = Corrects, Reason = Reason,
        };
        var known = EntryLine.Of(office.Records());
        if (Refuse(entry, office.Now) is { } refused) return refused;
        if ((Corrects is { } number ? RefuseCorrection(number, known) : RefuseEntry(entry, known)) is { } wrong) return wrong;
        var sequence = await office.RecordAsync([entry.ToFact()], null, cancellation);
        var what = Corrects is { } corrected ? $"corrects {corrected}" : "entered";
        return new OrderAnswer(true, string.Create(CultureInfo.InvariantCulture,
            $"{Point} {Value} {point.Unit} of {when} {what} as {sequence}."), sequence);
    }

    private OrderAnswer? Refuse(HandEntry entry, Instant now)
    {
        if (!double.IsFinite(Value) || Value < 0) return OrderAnswer.Refused($"{Value} is no amount and no register.",
            "Write a number, zero or more.");
        if (entry.Author.Length == 0) return OrderAnswer.Refused("Nobody entered it.", "Say who, with --who.");
        if (entry.When > now + FutureMax) return OrderAnswer.Refused($"{entry.When} has not come yet.", "Say when it was read, with --at.");
        if (entry.When < now - PastMax) return OrderAnswer.Refused($"{entry.When} is long ago.", "Write the year with four digits.");
        if (new[] { Author, Document, Note, Reason }.Any(text => text?.Length > TextLengthMax))
            return OrderAnswer.Refused($"A text is longer than {TextLengthMax} characters.", "Name the document, and keep the text there.");
        return null;
    }

    private OrderAnswer? RefuseCorrection(long corrected, IReadOnlyList<EntryLine> known)
    {
        if (string.IsNullOrWhiteSpace(Reason)) return OrderAnswer.Refused("A correction needs a reason.", "Say why, with --why.");
        if (known.FirstOrDefault(line => line.Sequence == corrected) is not { } line)
            return OrderAnswer.Refused($"There is no entry {corrected}.", "`entry list` shows the numbers.");
        if (line.Point != Point) return OrderAnswer.Refused($"Entry {corrected} is of {line.Point}, not of {Point}.",
            "Correct it under its own name.");
        return line.CorrectedBy is { } by ? OrderAnswer.Refused($"Entry {corrected} is corrected already, by {by}.", $"Correct {by} instead.") : null;
    }

    private OrderAnswer? RefuseEntry(HandEntry entry, IReadOnlyList<EntryLine> known)
    {
        var before = known.Where(line => line.Point == Point && line.CorrectedBy is null).ToArray();
        if (before.FirstOrDefault(line => line.When == entry.When.ToString() && line.Value.Equals(Value)) is { } same)
            return OrderAnswer.Refused($"The same stands there as {same.Sequence}.", "Nothing is to do; or correct it with --corrects.");
        if (entry.Kind != EntryKind.Register || MayBeLower) return null;
        var last = before.LastOrDefault(line => string.CompareOrdinal(line.When, entry.When.ToString()) <= 0);
        return last is not null && Value < last.Value
            ? OrderAnswer.Refused(
                string.Create(CultureInfo.InvariantCulture,
                    $"{Value} is less than {last.Value} of {last.When} ({last.Sequence}); a register only grows."),
                "Look again; when the meter was exchanged or began anew, say --may-be-lower.")
            : null;
    }

    private static string Names(OrderOffice office) =>
        office.Site.Entries.IsEmpty ? "none" : string.Join(", ", office.Site.Entries.Select(e => e.Name));
}
