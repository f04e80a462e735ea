using System.Globalization;
using System.Security.Cryptography;
using Ecocentre.Edge.Fuzzing;
using Ecocentre.Edge.Fuzzing.Targets;

// Tries almost-right bytes on every parser that meets bytes from outside.
//   dotnet run -c Release --project tests/Ecocentre.Edge.Fuzzing -- [--target NAME] [--inputs N] [--seconds S] [--seed N]
// Exit code 0 when nothing went wrong; 1 with the input left in TMPDIR when something did.
var options = new Dictionary<string, string> { ["--target"] = "", ["--inputs"] = "1000000", ["--seconds"] = "60", ["--seed"] = "1" };
for (var i = 0; i + 1 < args.Length; i += 2)
    if (!options.ContainsKey(args[i]))
    {
        Console.Error.WriteLine($"{args[i]} is not known. There are: {string.Join(' ', options.Keys)}.");
        return 2;
    }
    else options[args[i]] = args[i + 1];
using var all = new AllTargets();
var chosen = all.Targets.Where(target => options["--target"] is "" or null || target.Name == options["--target"]).ToArray();
if (chosen.Length == 0)
{
    Console.Error.WriteLine($"No target {options["--target"]}. There are: {string.Join(' ', all.Targets.Select(target => target.Name))}.");
    return 2;
}
var seed = int.Parse(options["--seed"], CultureInfo.InvariantCulture);
var failed = 0;
Console.WriteLine($"seed {seed}");
Console.WriteLine($"{"target",-16} {"inputs",12} {"a second",10} {"outcomes",9} {"longest",10} {"most bytes",12}");
foreach (var target in chosen)
{
    var run = new FuzzRun(target, seed);
    var begun = TimeProvider.System.GetTimestamp();
    run.Go(long.Parse(options["--inputs"], CultureInfo.InvariantCulture), TimeSpan.FromSeconds(double.Parse(options["--seconds"], CultureInfo.InvariantCulture)));
    var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{target.Name,-16} {run.Inputs,12:N0} {run.Inputs / seconds,10:N0} {run.Outcomes,9} {run.Longest.TotalMilliseconds,7:0.0} ms {run.MostAllocated,12:N0}"));
    if (run.Failure is not { } failure) continue;
    failed++;
    var path = Path.Combine(Path.GetTempPath(), $"fuzz-{target.Name}-{Convert.ToHexStringLower(SHA256.HashData(failure.Input))[..12]}.bin");
    File.WriteAllBytes(path, failure.Input);
    Console.WriteLine($"    FAILED with the {failure.Input.Length} bytes in {path}:\n    {failure.Words.ReplaceLineEndings("\n    ")}");
}
Console.WriteLine($"heap after a collection: {GC.GetTotalMemory(forceFullCollection: true) >> 20} MB");
return failed == 0 ? 0 : 1;
