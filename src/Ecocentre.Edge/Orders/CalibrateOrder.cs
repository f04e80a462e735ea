using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Orders;

/// <summary>Tells a CO2 sensor the true value of the air around it.</summary>
internal sealed record CalibrateOrder(string Device, double TargetPpm, string Author, string? Note) : Order
{
    internal override async Task<OrderAnswer> ExecuteAsync(OrderOffice office, IProgress<string> progress, CancellationToken cancellation)
    {
        if (Refuse(office.Site) is { } refused) return refused;
        var result = await office.CalibrateAsync(Device, TargetPpm, progress, cancellation);
        if (!result.IsDone) return new OrderAnswer(false, result.Text);
        var record = new CalibrationRecord
        {
            Device = Device, When = office.Now, Author = Author.Trim(), Method = "forced", Target = TargetPpm,
                Correction = result.CorrectionPpm, Unit = "ppm",
            Note = Note,
        };
        var sequence = await office.RecordAsync([record.ToFact()], gateway => Instruments.Extend(gateway, office.Site, record), cancellation);
        return new OrderAnswer(true, $"{result.Text} It stands as {sequence}.", sequence);
    }

    /// <summary>Why this cannot be done in that site, or null.</summary>
    internal OrderAnswer? Refuse(Site site)
    {
        var sensors = site.Buses.SelectMany(b => b.Devices).OfType<SiteSensor>().ToArray();
        if (sensors.FirstOrDefault(s => s.Name == Device) is not { } sensor)
            return OrderAnswer.Refused($"There is no sensor \"{Device}\".", JsonPlace.Nearest(Device, sensors.Select(s => s.Name)) is { } near
                ? $"Did you mean \"{near}\"?" : $"There are {string.Join(", ", sensors.Select(s => s.Name).DefaultIfEmpty("none"))}.");
        if (sensor.Type.CalibrationPpm is not { } range)
            return OrderAnswer.Refused($"A {sensor.Type.Title} cannot be told the true value.",
                "Send it to a laboratory, and declare its certificate.");
        if (!(TargetPpm >= range.Min && TargetPpm <= range.Max))
            return OrderAnswer.Refused(string.Create(CultureInfo.InvariantCulture, $"A {sensor.Type.Title} cannot be calibrated to {TargetPpm} ppm."),
                string.Create(CultureInfo.InvariantCulture, $"Write {range.Min} to {range.Max}; outdoor air has about 425."));
        return string.IsNullOrWhiteSpace(Author) ? OrderAnswer.Refused("Nobody did it.", "Say who, with --who.") : null;
    }
}
