using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads what the devices of all kinds of bus have in common, and knows the names that are taken.</summary>
/// <param name="folder">Folder of the site file; relative device paths are meant beside it.</param>
internal sealed class DevicePlaces(ImmutableArray<Space> spaces, string folder)
{
    // 20 ms: faster than any meter refreshes its registers; a day: slower than that is an hourly look at a catalogue.
    private static readonly TimeSpan PeriodMin = TimeSpan.FromMilliseconds(20), PeriodMax = TimeSpan.FromDays(1);

    // Twenty years: longer than anybody answers for a calibration; our own choice.
    private const int CalibrationMonthsMax = 240;

    // No work centre's roof is higher; below the floor there are cellars.
    private const double HeightMetresMax = 100;

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal), _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Chip, int Line), string> _lines = [];
    private readonly ImmutableArray<Instrument>.Builder _instruments = ImmutableArray.CreateBuilder<Instrument>();

    /// <summary>Names of all devices read so far.</summary>
    internal IReadOnlyCollection<string> Names => _names.Keys;

    /// <summary>The instruments declared so far.</summary>
    internal ImmutableArray<Instrument> Instruments => _instruments.ToImmutable();

    /// <summary>The device's name, free in the centre; its instrument is taken in with it.</summary>
    internal string Name(JsonPlace device)
    {
        var name = device["name"].Name();
        Unique(_names, name, device["name"], "is the name of an earlier device");
        if (device.Optional("instrument") is { } instrument) _instruments.Add(ReadInstrument(instrument, name));
        return name;
    }

    /// <summary>The instrument declared for a device of that name, or null.</summary>
    internal Instrument? InstrumentOf(string name) => _instruments.FirstOrDefault(i => i.Device == name);

    /// <summary>A path of this machine, beside the site file when it is relative, and free.</summary>
    internal string Path(JsonPlace place)
    {
        var path = PathOf(place);
        Address(path, place, "is the path of an earlier bus");
        return path;
    }

    /// <summary>A path of this machine that others may name too.</summary>
    internal string PathOf(JsonPlace place) => System.IO.Path.Combine(folder, place.Text());

    /// <summary>A line of a GPIO chip, free.</summary>
    internal void Line(string chip, int line, JsonPlace place)
    {
        if (place.IsNumber && !_lines.TryAdd((chip, line), place.Path))
            place.Wrong($"Line {line} is used already ({_lines[(chip, line)]}).", "Give each its own line.");
    }

    internal void Address(string address, JsonPlace place, string problem) => Unique(_addresses, address, place, problem);

    internal static TimeSpan? Period(JsonPlace place) => place.Optional("period")?.Duration(PeriodMin, PeriodMax);

    internal string? Space(JsonPlace place)
    {
        if (place.Optional("place") is not { } written) return null;
        var id = written.Name();
        if (id.Length > 0 && spaces.All(s => s.Id != id))
            written.Wrong($"There is no space \"{id}\".", JsonPlace.Nearest(id, spaces.Select(s => s.Id)) is { } near
                ? $"Did you mean \"{near}\"?" : "Add it to \"spaces\".");
        return id;
    }

    /// <summary>Which quantities of a device are wanted, each with a period and a place of its own where it differs.</summary>
    /// <param name="known">What the device can yield; null when the device itself is not known.</param>
    internal WantedPoints Wanted(JsonPlace device, string what, IReadOnlyCollection<string>? known)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var periods = new Dictionary<string, TimeSpan>();
        var places = new Dictionary<string, string>();
        foreach (var (quantity, place) in device.Optional("points")?.Members() ?? [])
        {
            if (!place.IsObject)
            {
                place.Wrong("is no object.", "Write {} for the usual, or { \"period\": \"60s\" }.");
                continue;
            }
            if (known is not null && !known.Contains(quantity))
                place.Wrong($"{what} has no \"{quantity}\".", JsonPlace.Nearest(quantity, known) is { } near
                    ? $"Did you mean \"{near}\"?" : $"It has {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
            names.Add(quantity);
            if (Period(place) is { } period) periods[quantity] = period;
            if (Space(place) is { } space) places[quantity] = space;
        }
        return new WantedPoints(names.ToImmutable(), periods.ToFrozenDictionary(), places.ToFrozenDictionary());
    }

    /// <summary>A calendar day, <c>2026-01-10</c>.</summary>
    internal static DateOnly? Day(JsonPlace? place)
    {
        if (place is null) return null;
        if (place.IsText && DateOnly.TryParseExact(place.Text(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var day)) return day;
        place.Wrong("is no day of the calendar.", "Write it as in \"2026-01-10\".");
        return null;
    }

    private static Instrument ReadInstrument(JsonPlace place, string device)
    {
        var months = place.Optional("calibrationMonths")?.Integer(1, CalibrationMonthsMax);
        var instrument = new Instrument(device)
        {
            Maker = place.Optional("maker")?.Text(),
            Type = place.Optional("type")?.Text(),
            Serial = place.Optional("serial")?.Text(),
            HeightMetres = place.Optional("height")?.Number(-HeightMetresMax, HeightMetresMax),
            Installed = Day(place.Optional("installed")),
            Calibrated = Day(place.Optional("calibrated")),
            CalibrationMonths = months,
            Certificate = place.Optional("certificate")?.Text(),
            AccuracyClass = place.Optional("accuracyClass")?.Text(),
            SelfCalibration = place.Optional("selfCalibration")?.Flag(),
        };
        if (months is not null && place.Optional("calibrated") is null)
            place["calibrationMonths"].Wrong("says for how long, but nothing says since when.",
                "Add \"calibrated\" with the day of the last calibration.");
        return instrument;
    }

    internal static void Unique(Dictionary<string, string> taken, string value, JsonPlace place, string problem)
    {
        if (value.Length > 0 && !taken.TryAdd(value, place.Path)) place.Wrong($"\"{value}\" {problem} ({taken[value]}).", "Give each its own.");
    }
}

/// <summary>Which quantities of a device a site wants, and what it says of single ones.</summary>
/// <param name="Quantities">Empty for a sensible choice.</param>
internal sealed record WantedPoints(
    ImmutableArray<string> Quantities, FrozenDictionary<string, TimeSpan> Periods, FrozenDictionary<string, string> Places);
