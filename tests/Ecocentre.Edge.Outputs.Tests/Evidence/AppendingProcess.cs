using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

/// <summary>This test program, started once more to do nothing but append to a log, so that it can be killed.</summary>
public sealed class AppendingProcess : IDisposable
{
    private const string PathVariable = "ECOCENTRE_APPEND_TO";
    private const string SeedVariable = "ECOCENTRE_APPEND_SEED";

    private readonly Process _process;

    /// <param name="shell">A shell command before which the program is started, for limits; or null.</param>
    public AppendingProcess(string logPath, int seed, string? shell = null)
    {
        var program = typeof(AppendingProcess).Assembly.Location;
        var start = shell is null
            ? new ProcessStartInfo("dotnet", [program])
            : new ProcessStartInfo("sh", ["-c", $"{shell}; exec dotnet \"$0\"", program]);
        start.RedirectStandardOutput = true;
        start.Environment[PathVariable] = logPath;
        start.Environment[SeedVariable] = seed.ToString(CultureInfo.InvariantCulture);
        _process = Process.Start(start)!;
    }

    public int Id => _process.Id;

    /// <summary>What the process says next, or null when it has ended.</summary>
    public async Task<string?> SaysAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>SIGKILL, and everything it had said.</summary>
    public async Task<List<string>> KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        var lines = (await _process.StandardOutput.ReadToEndAsync()).Split('\n');
        // A line without its end was cut off by the kill.
        return [.. lines[..^1]];
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>The fact that the process writes under a sequence.</summary>
    public static LogFact FactOf(long sequence) =>
        Facts.Incident(Facts.Start, $"Entry {sequence} {new string('x', (int)(sequence * 7919 % 400))}");

    [ModuleInitializer]
    internal static void AppendIfAsked()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is not { Length: > 0 } path) return;
        Append(path, new Random(int.Parse(Environment.GetEnvironmentVariable(SeedVariable)!, CultureInfo.InvariantCulture)));
    }

    /// <summary>Appends until killed; says the head after each step, or what is wrong.</summary>
    private static void Append(string path, Random random)
    {
        using var log = EvidenceLog.Open(path, "lyon-1", LogOptions.Default, Facts.Start);
        log.Sinks(["mqtt"], Facts.Start);
        while (true)
        {
            var head = log.Head;
            var facts = Enumerable.Range(1, random.Next(1, 60)).Select(offset => FactOf(head + offset)).ToList();
            try
            {
                var range = log.Append(facts, [new CounterCarry("meter", head, Facts.Start)], Facts.Start);
                log.MoveCursor("mqtt", range.First);
                Console.WriteLine(range.Last.ToString(CultureInfo.InvariantCulture));
            }
            catch (LogUnavailableException e)
            {
                Console.WriteLine(e.Message);
                Thread.Sleep(20);
            }
        }
    }
}
