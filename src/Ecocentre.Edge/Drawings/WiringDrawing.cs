using System.Xml.Linq;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Drawings;

/// <summary>The wires of a site as a picture for the cabinet's door: one panel a bus, with its settings, its devices in the order of the file, and what
/// each end of it needs. A function of the site alone.</summary>
internal static class WiringDrawing
{
    // Pixels at 96 an inch: as wide as A4 across, less its margins, so that a printed page needs no shrinking.
    private const int Width = 1040;

    private const int Margin = 20;

    private const int HeadHeight = 76;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <returns>An SVG document; its title and description are for screen readers.</returns>
    public static XDocument Of(Site site)
    {
        var sheet = new Sheet(Width - 2 * Margin);
        var top = HeadHeight;
        var panels = new List<XElement>();
        foreach (var bus in site.Buses)
        {
            var (panel, height) = BusPanel.Of(bus, sheet);
            panels.Add(new XElement(Svg + "g", new XAttribute("transform", $"translate({Margin} {top})"), panel));
            top += height + Margin;
        }
        var about = $"{site.Buses.Length} buses with {site.Buses.Sum(b => b.Devices.Length)} devices.";
        return new XDocument(new XElement(Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Width} {top}"), new XAttribute("width", Width), new XAttribute("height", top), new XAttribute("role", "img"),
            new XAttribute("font-family", "Liberation Sans, Arial, sans-serif"), new XAttribute("font-size", 13), new XAttribute("fill", "#111"),
            new XElement(Svg + "title", Sheet.Printable($"Wiring of {site.Name}")),
            new XElement(Svg + "desc", about),
            new XElement(Svg + "rect", new XAttribute("width", "100%"), new XAttribute("height", "100%"), new XAttribute("fill", "#fff")),
            Sheet.Text(Margin, 34, $"Wiring of {site.Name}", "bold", 22),
            Sheet.Text(Margin, 56, $"Centre {site.Centre}. {about} Site file {Path.GetFileName(site.File)}, {site.Digest[..12]}."),
            panels));
    }
}
