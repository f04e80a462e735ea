using System.Globalization;
using System.Text.RegularExpressions;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign.Audits;

/// <summary>What the incidents of a log say was not measured, or not stored, and when: read from their words, as a person would.</summary>
internal sealed partial class Interruptions
{
    // A device is told lost after some polls, and back after the first that is answered: around both the minute has holes.
    private static readonly TimeSpan Around = TimeSpan.FromMinutes(1);

    private readonly List<(string? Device, Instant From, Instant To, string Words)> _all = [], _said = [];

    /// <param name="deviceOf">The device of a point.</param>
    public Interruptions(IEnumerable<Incident> incidents, Func<string, string?> deviceOf)
    {
        var lost = new Dictionary<string, Incident>();
        foreach (var incident in incidents)
        {
            var words = $"{incident.Kind} at {incident.At}";
            switch (incident.Kind)
            {
                case IncidentKind.DeviceLost:
                    lost.TryAdd(incident.Subject, incident);
                    break;
                case IncidentKind.DeviceBack when lost.Remove(incident.Subject, out var first):
                    _all.Add((incident.Subject, first.At - 2 * Around, incident.At + Around, $"DeviceLost at {first.At}"));
                    break;
                case IncidentKind.Started or IncidentKind.Stopped or IncidentKind.ClockStep or IncidentKind.Gap or IncidentKind.LogBack
                    or IncidentKind.EntriesDropped:
                    // The minute in which it happened has holes.
                    if (incident.Kind is IncidentKind.Started or IncidentKind.Stopped or IncidentKind.ClockStep)
                        _all.Add((null, incident.At - Around, incident.At + Around, words));
                    foreach (Match stretch in Stretch().Matches(incident.Text))
                        _said.Add((incident.Subject == "gateway" ? null : deviceOf(incident.Subject) ?? "?", Read(stretch, 1), Read(stretch, 2), words));
                    break;
            }
        }
        _all.AddRange(_said);
        foreach (var (device, first) in lost) _all.Add((device, first.At - 2 * Around, new Instant(long.MaxValue / 2), $"DeviceLost at {first.At}"));
    }

    [GeneratedRegex(@"from (\d{4}-\d\d-\d\dT[\d:.]+Z) to (\d{4}-\d\d-\d\dT[\d:.]+Z)")]
    private static partial Regex Stretch();

    /// <summary>The incident that says from when to when the whole gateway has nothing, and means this window's time; or null.</summary>
    public string? OfGateway(PublishedWindow window) =>
        _said.Where(i => i.Device is null && i.From <= window.Start && i.To >= window.End).Select(i => i.Words).FirstOrDefault();

    /// <summary>An incident that touches a window of a device, or null.</summary>
    public string? Touching(PublishedWindow window, string? device) =>
        _all.Where(i => (i.Device is null || i.Device == device) && i.From < window.End && i.To > window.Start).Select(i => i.Words).FirstOrDefault();

    private static Instant Read(Match stretch, int group) =>
        Instant.From(DateTimeOffset.Parse(stretch.Groups[group].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
}
