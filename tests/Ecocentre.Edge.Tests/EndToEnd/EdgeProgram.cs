using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary><c>ecocentre-edge</c> as a process of its own.</summary>
internal static class EdgeProgram
{
    public static PeerProcess Start(params IEnumerable<string> arguments) => Start(arguments, new Dictionary<string, string>());

    public static PeerProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment) =>
        PeerProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "ecocentre-edge.dll"), .. arguments], environment: environment);
}
