using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using NSubstitute;

namespace Ecocentre.Edge.Web.Tests.Meanings;

/// <summary>A small centre with one of everything, and names that no format likes.</summary>
internal static class ShownPlant
{
    public const string Odd = "Salle \"Ü/+#\" <会議> $1, \\ 100 %";

    public static CentreView View(ImmutableArray<Point>? points = null) => new()
    {
        Centre = "lyon-1", Name = "Écocentre", Zone = "Europe/Paris", Version = "1", Since = default,
        Points = points ??
        [
            Point(0, "main", "power.active"), Point(1, "main", "energy.active.import"), Point(2, "main", "voltage.l1-l2"), Point(3, "main", "power.active.l2"),
            Point(4, "pv", "energy.active.export"), Point(5, "air-1", "co2", "open"), Point(6, "air-1", "temperature", "open"), Point(7, "roof", "temperature"),
            Point(8, "pir-d01", "presence", "booth") with { Private = true }, Point(9, "water", "water"), Point(10, "air-1", "nox.index", "open"),
            Point(11, "open", "people", "open") with { Derived = true }, Point(12, "centre", "people") with { Derived = true },
        ],
        Spaces = [new Space("open", Odd, "1 + mezzanine") { AreaSquareMetres = 220.5 }, new Space("booth", "Booth", null)],
        PointRoles = ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("main", ["main.energy.active.import"])
            .Add("pv", ["pv.energy.active.export"]).Add("outdoorTemperature", ["roof.temperature"]),
        Instruments = [new Instrument("main") { Maker = "Eastron", Type = "SDM630", Serial = "12345" }],
        Latest = () => new Snapshot(default, 0, true, [], []), Log = Substitute.For<IEvidenceReader>(), Troubles = () => [], Now = () => default,
        Time = TimeProvider.System,
    };

    public static Point Point(ushort id, string device, string quantity, string? place = null) => new()
    {
        Id = new PointId(id), Name = $"{device}.{quantity}", Device = device, Place = place, Period = TimeSpan.FromSeconds(1),
        Quantity = Quantity.TryGet(quantity, out var found) ? found : throw new InvalidOperationException(quantity),
    };
}
