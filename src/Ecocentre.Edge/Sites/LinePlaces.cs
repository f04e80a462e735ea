using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads GPIO chips of a site file and what hangs on their lines.</summary>
internal sealed class LinePlaces(DevicePlaces shared)
{
    // A Raspberry Pi 5 has 54 lines on its largest chip; no chip in the kernel has more than a few hundred.
    internal const int LinesMax = 1024;

    // A contact bounces for milliseconds; more than seconds of debounce would swallow people who pass.
    private static readonly TimeSpan DebounceMax = TimeSpan.FromSeconds(5), ContactDebounce = TimeSpan.FromMilliseconds(50);

    // A third of the shortest pulse of S0 (IEC 62053-31: 30 ms).
    private static readonly TimeSpan PulseDebounce = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan WarmUpMax = TimeSpan.FromMinutes(10), ConfirmMax = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, LineBias> Biases = new()
    {
        ["as-is"] = LineBias.AsIs, ["off"] = LineBias.Off, ["pull-up"] = LineBias.PullUp, ["pull-down"] = LineBias.PullDown,
    };

    private static readonly Dictionary<string, string> States = Words(PointKind.State), Counters = Words(PointKind.Counter);

    internal LineBus Lines(JsonPlace bus, string name, JsonPlace way)
    {
        var path = shared.Path(way["path"]);
        var devices = ImmutableArray.CreateBuilder<SiteDevice>();
        foreach (var place in bus["devices"].Items(countMin: 1))
            if (Line(place, path) is { } device) devices.Add(device);
        return new LineBus(name, devices.ToImmutable(), path);
    }

    /// <summary>Reads a contact.</summary>
    /// <param name="device">Where its name and place stand.</param>
    /// <param name="line">Where its line stands; may be the same.</param>
    /// <param name="chip">What its lines belong to: a path, or the name of an expander.</param>
    internal SiteContact Contact(JsonPlace device, JsonPlace line, int linesMax, string chip)
    {
        var debounce = linesMax == LinesMax ? ContactDebounce : TimeSpan.Zero;
        var options = new ContactOptions
        {
            Name = shared.Name(device), Place = shared.Space(device), Line = Settings(line, linesMax, chip, debounce),
            WarmUp = line.Optional("warmUp")?.Duration(min: TimeSpan.Zero, max: WarmUpMax) ?? TimeSpan.Zero,
            Quantity = line.Optional("quantity")?.Word(States) ?? "presence",
        };
        if (line.Optional("confirm")?.Duration(max: ConfirmMax) is { } confirm) options = options with { Confirm = confirm };
        return new SiteContact(options, device.Path);
    }

    private SiteDevice? Line(JsonPlace place, string chip)
    {
        var (contact, pulse) = (place.Optional("contact"), place.Optional("pulse"));
        if (contact is null != pulse is null) return contact is not null ? Contact(place, contact, LinesMax, chip) : Pulse(place, pulse!, chip);
        shared.Name(place);
        shared.Space(place);
        place.Wrong("A line is a contact or counts pulses.", "Give it \"contact\" or \"pulse\", one of them.");
        return null;
    }

    private SitePulse Pulse(JsonPlace device, JsonPlace pulse, string chip)
    {
        var options = new PulseOptions
        {
            Name = shared.Name(device), Place = shared.Space(device), Line = Settings(pulse, LinesMax, chip, PulseDebounce),
            Quantity = pulse["quantity"].Word(Counters), PerPulse = pulse["perPulse"].Number(1e-9, 1e6),
            Register = pulse.Optional("register")?.Number(0, 1e12) ?? 0, RateMaxPerHour = pulse.Optional("rateMaxPerHour")?.Number(1e-9, 1e9),
        };
        if (pulse.Optional("pulseLength")?.Duration(max: DebounceMax) is { } length) options = options with { PulseLength = length };
        if (DevicePlaces.Period(device) is { } period) options = options with { Period = period };
        foreach (var (field, text) in options.Faults())
            if (!pulse[field].IsMissing || field == "debounce") pulse[field].Wrong(text, "Change it, or leave it out for the usual.");
        return new SitePulse(options, device.Path);
    }

    private LineSettings Settings(JsonPlace place, int linesMax, string chip, TimeSpan debounce)
    {
        var number = place["line"].Integer(0, linesMax - 1);
        shared.Line(chip, number, place["line"]);
        return new LineSettings(
            number, place.Optional("activeLow")?.Flag() ?? false, place.Optional("bias")?.Word(Biases) ?? LineBias.AsIs,
            place.Optional("debounce")?.Duration(min: TimeSpan.Zero, max: DebounceMax) ?? debounce);
    }

    private static Dictionary<string, string> Words(PointKind kind) =>
        Quantity.All.Where(q => q.Kind == kind).Select(q => q.Name).Order(StringComparer.Ordinal).ToDictionary(name => name);
}
