using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Orders;

/// <summary>Asks the running gateway for the newest readings of devices that only it can reach: it holds their chips, lines and serial ports. What
/// watches a desk is not among them.</summary>
internal sealed record ReadingsOrder(string[] Devices) : Order
{
    internal override bool IsQuestion => true;

    internal override Task<OrderAnswer> ExecuteAsync(OrderOffice office, IProgress<string> progress, CancellationToken cancellation)
    {
        if (office.Latest is not { } snapshot) return Task.FromResult(OrderAnswer.Refused("No gateway runs.", "Start it."));
        var lines = office.Site.Points.Where(p => Devices.Contains(p.Device) && !p.Private)
            .Select(p => (p.Name, Reading: snapshot.Latest[p.Id.Value]))
            .Select(p => new ReadingLine(
                p.Name, double.IsFinite(p.Reading.Value) ? p.Reading.Value : null, p.Reading.Quality, p.Reading.At.UnixMilliseconds));
        return Task.FromResult(new OrderAnswer(true, "") { Readings = [.. lines] });
    }
}

/// <summary>The newest reading of a point.</summary>
/// <param name="At">Unix milliseconds; 0 where there was none yet.</param>
internal sealed record ReadingLine(string Point, double? Value, Quality Quality, long At);
