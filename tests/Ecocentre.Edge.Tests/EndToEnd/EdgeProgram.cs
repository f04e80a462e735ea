using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary><c>ecocentre-edge</c> as a process of its own.</summary>
internal static class EdgeProgram
{
    public static PeerProcess Start(params IEnumerable<string> arguments) =>
        PeerProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "ecocentre-edge.dll"), .. arguments]);
}
