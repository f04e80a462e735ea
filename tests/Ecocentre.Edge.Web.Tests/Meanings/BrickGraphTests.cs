using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Web.Meanings;

namespace Ecocentre.Edge.Web.Tests.Meanings;

public sealed class BrickGraphTests
{
    // RDFLib (Debian's python3-rdflib) expands the JSON-LD by itself; blank nodes are left out because they have no names to compare.
    private const string Expand = """
        import sys, rdflib
        graph = rdflib.Graph().parse(sys.argv[1], format='json-ld')
        for s, p, o in graph:
            if not isinstance(s, rdflib.BNode): print(s, p, '_' if isinstance(o, rdflib.BNode) else o, sep='\t')
        """;

    private const string Brick = "https://brickschema.org/schema/Brick#", Rec = "https://w3id.org/rec#", Type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

    [Fact]
    public async Task Triples_say_what_there_is_what_it_means_and_how_it_belongs_together()
    {
        var triples = await TriplesAsync(ShownPlant.View());
        void Says(string subject, string property, string value) => Assert.Contains((subject, property, value), triples);
        const string centre = "urn:ecocentre:lyon-1", main = centre + ":device:main", open = centre + ":space:open", storey = centre + ":storey:1%20%2B%20mezzanine";
        Says(centre, Type, Rec + "Building");
        Says(storey, Type, Rec + "Level");
        Says(storey, Rec + "isPartOf", centre);
        Says(open, Type, Rec + "Room");
        Says(open, Rec + "isPartOf", storey);
        Says(open, "http://www.w3.org/2000/01/rdf-schema#label", ShownPlant.Odd);
        Says(open, Brick + "netArea", "_");
        Says(centre + ":space:booth", Rec + "isPartOf", centre);
        Says(main, Type, Brick + "Building_Electrical_Meter");
        Says(main, Brick + "meters", centre);
        Says(main, Brick + "feeds", centre);
        Says(main, "http://schema.org/serialNumber", "12345");
        Says(main, Brick + "hasPoint", centre + ":point:main.power.active");
        Says(centre + ":point:main.power.active", Type, Brick + "Active_Power_Sensor");
        Says(centre + ":point:main.power.active", Brick + "hasUnit", "http://qudt.org/vocab/unit/W");
        Says(centre + ":point:main.power.active", Brick + "isPointOf", main);
        Says(centre + ":device:pv", Type, Brick + "Electrical_Meter");
        Says(centre + ":device:pv", Brick + "feeds", centre);
        Says(centre + ":device:air-1", Type, Brick + "IAQ_Sensor_Equipment");
        Says(centre + ":device:air-1", Brick + "hasLocation", open);
        Says(centre + ":point:air-1.temperature", Type, Brick + "Zone_Air_Temperature_Sensor");
        Says(centre + ":point:roof.temperature", Type, Brick + "Outside_Air_Temperature_Sensor");
        Says(centre + ":point:air-1.nox.index", "urn:ecocentre:vocabulary:unmapped", "true");
        Says(centre + ":point:open.people", Brick + "isPointOf", open);
        Says(open, Brick + "hasPoint", centre + ":point:open.people");
        Says(centre, Brick + "hasPoint", centre + ":point:centre.people");
        Says(centre + ":point:water.water", Type, Brick + "Water_Usage_Sensor");
        Assert.DoesNotContain(triples, triple => triple.Subject.Contains("pir-d01", StringComparison.Ordinal) || triple.Value.Contains("pir-d01", StringComparison.Ordinal));
        // A device that only reckons is no equipment.
        Assert.DoesNotContain(triples, triple => triple.Subject == centre + ":device:open");
    }

    [Fact]
    public async Task Every_point_of_every_quantity_has_class_unit_and_owner_and_no_link_leads_nowhere()
    {
        var view = ShownPlant.View([.. Quantity.All.OrderBy(quantity => quantity.Name, StringComparer.Ordinal)
            .Select((quantity, index) => ShownPlant.Point((ushort)index, $"device-{index % 7}", quantity.Name, index % 2 == 0 ? "open" : null))]);
        var triples = await TriplesAsync(view);
        var subjects = triples.Select(triple => triple.Subject).ToHashSet();
        foreach (var point in view.Points)
        {
            var id = BrickGraph.Id("lyon-1", "point", point.Name);
            foreach (var property in new[] { Type, Brick + "hasUnit", Brick + "isPointOf", "https://brickschema.org/schema/Brick/ref#hasExternalReference" })
                Assert.Single(triples, triple => triple.Subject == id && triple.Property == property);
        }
        Assert.All(triples.Where(triple => triple.Value.StartsWith("urn:ecocentre:lyon-1", StringComparison.Ordinal)), triple => Assert.Contains(triple.Value, subjects));
        // hasPoint and isPointOf are the same told from both ends.
        Assert.Equal(
            triples.Where(triple => triple.Property == Brick + "isPointOf").Select(triple => (triple.Value, triple.Subject)).Order(),
            triples.Where(triple => triple.Property == Brick + "hasPoint").Select(triple => (triple.Subject, triple.Value)).Order());
    }

    private static async Task<HashSet<(string Subject, string Property, string Value)>> TriplesAsync(CentreView view)
    {
        using var scratch = new Scratch();
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) BrickGraph.Write(json, new CentrePlant(view));
        var script = scratch.Write("expand.py", Expand);
        var file = scratch.Write("model.jsonld", Encoding.UTF8.GetString(stream.ToArray()));
        var lines = (await PeerProcess.RunAsync("/usr/bin/python3", script, file)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => line.Split('\t')).Select(parts => (parts[0], parts[1], parts[2].TrimEnd('\r')))];
    }
}
