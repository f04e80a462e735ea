using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>What goes first when the log is full.</summary>
internal enum PageKind : byte
{
    /// <summary>Minute windows: many, and their content comes again in longer windows.</summary>
    Detail,

    /// <summary>Incidents and the windows that are judged: never given up while there is anything else.</summary>
    Evidence,
}

/// <summary>Which kind of page a fact belongs to, and which table holds it.</summary>
internal static class PageKinds
{
    public static PageKind Of(LogFact fact) =>
        fact is WindowFact { Aggregate.Kind: WindowKind.Minute or WindowKind.Live } ? PageKind.Detail : PageKind.Evidence;

    public static string Table(PageKind kind) => kind == PageKind.Detail ? "detail" : "evidence";
}
