using System.Globalization;
using Ecocentre.Edge.Simulation;

// Replays simulated worlds: --seed S [--seeds N] [--days D | --hours H] [--log] [--readings]
// A world is its seed and its length: what a test found is found again here, with what went on in it.
var seed = (int)Number("--seed", 1);
var seeds = (int)Number("--seeds", 1);
var length = args.Contains("--hours") ? TimeSpan.FromHours(Number("--hours", 6)) : TimeSpan.FromDays(Number("--days", 0.25));
if (length < TimeSpan.FromHours(1))
{
    Console.Error.WriteLine("A world lasts an hour at least: some minutes at its ends are kept free of faults.");
    return 2;
}
var wrong = 0;
for (var i = 0; i < seeds; i++)
{
    var scenario = Scenario.Draw(seed + i, length);
    var report = Simulator.Run(scenario);
    if (seeds == 1 || report.Violations.Count > 0)
        foreach (var line in scenario.Describe().Concat(report.Lines())) Console.WriteLine(line);
    if (args.Contains("--log")) foreach (var (sequence, fact) in report.Told) Console.WriteLine($"{sequence} {fact}");
    if (args.Contains("--readings")) foreach (var line in report.Given) Console.WriteLine(line);
    if (report.Violations.Count > 0) wrong++;
}
if (seeds > 1) Console.WriteLine($"{seeds} worlds, {wrong} of them with violations");
return wrong == 0 ? 0 : 1;

double Number(string name, double otherwise)
{
    var at = Array.IndexOf(args, name);
    if (at < 0) return otherwise;
    if (at + 1 < args.Length && double.TryParse(args[at + 1], CultureInfo.InvariantCulture, out var number) && number > 0) return number;
    Console.Error.WriteLine($"{name} wants a number over zero after it. Usage: --seed S [--seeds N] [--days D | --hours H]");
    Environment.Exit(2);
    return 0;
}
