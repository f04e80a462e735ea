using System.Runtime.InteropServices;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Benchmarks.Suite.Macro;

/// <summary>The gateway's program as it is delivered: published for this machine, with code compiled ahead where that package is to be had.</summary>
internal static class GatewayProgram
{
    private static string? _folder;
    private static string? _path;

    /// <summary>Whether the code was compiled ahead.</summary>
    internal static bool IsReadyToRun { get; private set; }

    /// <summary>Path of the program's main file, for <c>dotnet</c>.</summary>
    internal static async Task<string> PathAsync()
    {
        if (_path is not null) return _path;
        _folder = Directory.CreateTempSubdirectory("ecocentre-published-").FullName;
        try
        {
            // As Dockerfile and package do it; the pages are not needed here.
            await PeerProcess.RunAsync(TimeSpan.FromMinutes(10), "dotnet", "publish", Repository.At("src", "Ecocentre.Edge"), "-c", "Release", "-r",
                RuntimeInformation.RuntimeIdentifier, "--self-contained", "false", "-p:WithDashboard=false", "-p:PublishReadyToRun=true", "-o", _folder,
                "-v", "q", "--nologo");
            IsReadyToRun = true;
            return _path = Path.Combine(_folder, "ecocentre-edge.dll");
        }
        catch (InvalidOperationException)
        {
            Console.Error.WriteLine("    The gateway cannot be published with code compiled ahead here; the built one is measured.");
            return _path = Path.Combine(AppContext.BaseDirectory, "ecocentre-edge.dll");
        }
    }

    internal static ValueTask CleanAsync()
    {
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
