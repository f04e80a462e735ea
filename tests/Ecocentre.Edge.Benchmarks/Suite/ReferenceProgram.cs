using System.Globalization;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Benchmarks.Suite;

/// <summary>The C programs of the folder References, compiled once a run.</summary>
internal static class ReferenceProgram
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("ecocentre-references-").FullName;

    /// <summary>Compiles a program that is not compiled yet.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="InvalidOperationException">gcc or a library is missing; the message holds gcc's words.</exception>
    internal static async Task<string> BuildAsync(string name)
    {
        var program = Path.Combine(Folder, name);
        if (File.Exists(program)) return program;
        string[] libraries = name switch
        {
            "device-farm" or "modbus-client" => ["-pthread", "-l:libmodbus.so.5"],
            "mqtt-client" => ["-l:libmosquitto.so.1"],
            _ => [],
        };
        var source = Repository.At("tests", "Ecocentre.Edge.Benchmarks", "References", name + ".c");
        await PeerProcess.RunAsync("gcc", ["-O2", "-o", program, source, .. libraries]);
        return program;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>The numbers it printed.</returns>
    internal static async Task<double[]> RunAsync(string name, params string[] arguments)
    {
        var output = await PeerProcess.RunAsync(await BuildAsync(name), arguments);
        return [.. output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    internal static void Clean() => Directory.Delete(Folder, recursive: true);
}
