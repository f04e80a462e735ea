using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ecocentre.Edge.Benchmarks.Suite.Macro;
using Ecocentre.Edge.Benchmarks.Suite.Micro;

namespace Ecocentre.Edge.Benchmarks.Suite;

/// <summary>Everything that is measured, in one run and one table: what each costs, beside a reference that ran in the same minute, and whether that is what
/// was expected.</summary>
/// <remarks><c>dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- all [NAME …] [--json FILE]</c>; a name is any part of a measure's name, and
/// <c>--list</c> says them. All of it takes ten minutes on an idle machine. Only ratios of one run are comparable between machines; on a busy one,
/// <c>chrt -r 10 dotnet …/Ecocentre.Edge.Benchmarks.dll all</c> keeps others off, and the programs it starts inherit that.</remarks>
internal static class BenchmarkSuite
{
    private static readonly Measure[] Measures =
    [
        .. CoreCosts.Measures, .. EvidenceCosts.Measures, .. TcpRates.Measures, .. RtuShares.Measures, .. BrokerRates.Measures, .. DatabaseRates.Measures,
        .. DeskLatency.Measures, .. Past.Measures, .. GatewayRuns.Measures, .. Growth.Measures,
    ];

    internal static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Contains("--list"))
        {
            foreach (var measure in Measures) Console.WriteLine(measure.Name);
            return 0;
        }
        var at = Array.IndexOf(arguments, "--json");
        var json = at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
        string[] names = [.. arguments.Where((_, index) => at < 0 || index != at && index != at + 1)];
        var chosen = Measures.Where(m => names.Length == 0 || names.Any(name => m.Name.Contains(name, StringComparison.OrdinalIgnoreCase))).ToArray();
        if (chosen.Length == 0)
        {
            Console.Error.WriteLine($"No measure is called like {string.Join(", ", names)}; --list says what there is.");
            return 2;
        }
        var (figures, failures) = (new List<Figure>(), new List<string>());
        Head();
        foreach (var measure in chosen) await RunAsync(measure, figures, failures);
        await GatewayProgram.CleanAsync();
        ReferenceProgram.Clean();
        foreach (var failure in failures) Console.WriteLine(failure);
        Console.WriteLine($"{figures.Count(f => f.Holds == true)} of {figures.Count(f => f.Holds is not null)} expectations hold; {figures.Count} figures, "
            + $"{failures.Count} measures failed.");
        if (json is not null) Write(json, figures, failures);
        return failures.Count == 0 ? 0 : 1;
    }

    private static async Task RunAsync(Measure measure, List<Figure> figures, List<string> failures)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            await measure.Run(figure =>
            {
                figures.Add(figure with { Measure = measure.Name });
                Line(figures[^1]);
            });
        }
        catch (Exception exception)
        {
            // One measure that lacks a program or breaks must not cost the others.
            failures.Add($"{measure.Name} failed: {exception.GetType().Name}: {exception.Message}");
        }
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {measure.Name}: {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s"));
    }

    private static void Head() => Console.WriteLine(
        $"{"measure",-18} {"what",-64} {"value",9} {"unit",-14} {"reference",9} {"ratio",6}  {"expected",-14} {"",-6} of");

    private static void Line(Figure figure) => Console.WriteLine(
        $"{figure.Measure,-18} {figure.What,-64} {Figure.Number(figure.Value),9} {figure.Unit,-14} "
            + $"{(figure.Reference is { } reference ? Figure.Number(reference) : ""),9} {(figure.Ratio is { } ratio ? Figure.Number(ratio) : ""),6}  "
            + $"{figure.Expectation,-14} {(figure.Holds switch { true => "holds", false => "MISSED", _ => "" }),-6} {figure.Of}");

    private static void Write(string file, List<Figure> figures, List<string> failures) => File.WriteAllText(file, JsonSerializer.Serialize(new
    {
        machine = new { cores = Environment.ProcessorCount, kernel = Environment.OSVersion.VersionString, runtime = Environment.Version.ToString() },
        figures = figures.Select(f => new
        {
            measure = f.Measure, what = f.What, value = double.IsFinite(f.Value) ? f.Value : (double?)null, unit = f.Unit, reference = f.Reference,
            of = f.Of, ratio = f.Ratio, expected = f.Expectation, holds = f.Holds,
        }),
        failures,
    }, Indented));

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}
