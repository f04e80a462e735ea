using System.Collections.Frozen;
using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>The published names of incident kinds: as in the code, with a small first letter (<c>rateImplausible</c>).</summary>
internal static class IncidentWords
{
    private static readonly FrozenDictionary<IncidentKind, string> Words =
        Enum.GetValues<IncidentKind>().ToFrozenDictionary(kind => kind, Word);

    public static string Of(IncidentKind kind) => Words.TryGetValue(kind, out var word) ? word : Word(kind);

    private static string Word(IncidentKind kind)
    {
        var name = kind.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
