using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Orders;

/// <summary>Says that a device was exchanged for another that does its work: its points go on, its counters begin a new count.</summary>
/// <param name="When">Unix milliseconds; null for now.</param>
/// <param name="Last">What the old device showed last, by quantity; the empty name for the only counter.</param>
/// <param name="First">What the new one showed first, likewise.</param>
internal sealed record SwapOrder(
    string Device, string Author, string Reason, long? When, string? OldSerial, string? NewSerial,
    Dictionary<string, double> Last, Dictionary<string, double> First) : Order
{
    private static readonly TimeSpan FutureMax = TimeSpan.FromMinutes(5);

    internal override async Task<OrderAnswer> ExecuteAsync(OrderOffice office, IProgress<string> progress, CancellationToken cancellation)
    {
        var points = office.Site.Points.Where(p => p.Device == Device && !p.Derived).ToArray();
        if (points.Length == 0)
            return OrderAnswer.Refused($"There is no device \"{Device}\".",
                JsonPlace.Nearest(Device, office.Site.Points.Select(p => p.Device)) is { } near
                ? $"Did you mean \"{near}\"?" : $"`ecocentre-edge check --site {office.Site.File}` lists them.");
        if (string.IsNullOrWhiteSpace(Author) || string.IsNullOrWhiteSpace(Reason))
            return OrderAnswer.Refused("An exchange has somebody who did it, and a reason.", "Say --who and --why.");
        var at = When is { } said ? new Instant(said) : office.Now;
        if (at > office.Now + FutureMax) return OrderAnswer.Refused($"{at} has not come yet.", "Say it when it is done.");
        var counters = points.Where(p => p.Quantity.Kind == PointKind.Counter).ToArray();
        foreach (var name in Last.Keys.Concat(First.Keys).Distinct())
            if (Counter(counters, name) is null)
                return OrderAnswer.Refused(name.Length == 0 ? $"{Device} has {counters.Length} counters." : $"{Device} has no counter \"{name}\".",
                    counters.Length == 0 ? "Leave the registers out."
                        : $"Write {counters[0].Quantity.Name}=12345.6; it has {string.Join(", ", counters.Select(c => c.Quantity.Name))}.");
        var record = new SwapRecord
        {
            Device = Device, When = at, Author = Author.Trim(), Reason = Reason, OldSerial = OldSerial, NewSerial = NewSerial,
            Registers = [.. counters.Select(c =>
                new SwappedRegister(c.Name, Register(Last, counters, c) ?? double.NaN, Register(First, counters, c) ?? double.NaN,
                c.Quantity.Unit))],
        };
        var incident = new Incident(at, IncidentKind.Swap, Device, $"{Device} was exchanged by {record.Author}: {Reason}{Told(office, record)}");
        var sequence = await office.RecordAsync([record.ToFact(), new IncidentFact(incident)], gateway =>
        {
            foreach (var counter in counters) gateway.AnnounceSwap(counter.Id, at);
        }, cancellation);
        return new OrderAnswer(true, $"The exchange of {Device} at {at} stands as {sequence}; its points go on"
            + (counters.Length > 0 ? ", and its counters begin a new count with the next register." : "."), sequence);
    }

    private static string Told(OrderOffice office, SwapRecord record)
    {
        var told = record.Registers.Select(r => string.Create(CultureInfo.InvariantCulture,
            $" {r.Point}: {Number(r.Last)} {r.Unit} on the old one ({Number(office.Carry(r.Point)?.Register ?? double.NaN)} counted), "
                + $"{Number(r.First)} on the new."));
        return string.Concat(told.Prepend("."));
    }

    private static string Number(double value) => double.IsNaN(value) ? "nothing read" : value.ToString("0.######", CultureInfo.InvariantCulture);

    private static Point? Counter(Point[] counters, string name) =>
        name.Length == 0 ? counters.Length == 1 ? counters[0] : null : counters.FirstOrDefault(c => c.Quantity.Name == name || c.Name == name);

    private static double? Register(Dictionary<string, double> registers, Point[] counters, Point counter)
    {
        foreach (var (name, value) in registers)
            if (Counter(counters, name) == counter) return value;
        return null;
    }
}
