using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads what people enter by hand.</summary>
internal static class EntryPlaces
{
    private static readonly Dictionary<string, EntryKind> Kinds = new() { ["amount"] = EntryKind.Amount, ["register"] = EntryKind.Register };

    internal static ImmutableArray<EntryPoint> Read(JsonPlace root, DevicePlaces shared)
    {
        var names = new Dictionary<string, string>();
        var entries = ImmutableArray.CreateBuilder<EntryPoint>();
        foreach (var place in root.Optional("entries")?.Items() ?? [])
        {
            var name = place["name"].Name();
            DevicePlaces.Unique(names, name, place["name"], "is the name of an earlier entry");
            entries.Add(new EntryPoint(name, place["unit"].Text(), place["kind"].Word(Kinds), shared.Space(place)));
        }
        return entries.ToImmutable();
    }
}
