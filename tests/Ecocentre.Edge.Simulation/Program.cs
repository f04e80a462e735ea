using System.Globalization;
using Ecocentre.Edge.Simulation;
using Ecocentre.Edge.Simulation.Building;

// Replays simulated worlds; see tests/README.md. A world is its seed, its length and what is left out of it: what a test found is found again here, with
// what went on in it.
const string usage = """
    --seed S [--days D | --hours H] [--without Kind,Kind] [--bug PlantedBug] [--log] [--readings]   one world, with its story
    --seeds A..B [--days D | --hours H] [--at-once N] [--cases FOLDER]                              many, over the cores
    --seeds A..B … --tests                                                                          the same, each seed a test
    --case FOLDER                                                                                   a world that failed once
    """;
try
{
    if (Word("--case") is { } folder) return One(Swarm.ReadCase(folder).Draw());
    var length = Word("--hours") is { } hours ? TimeSpan.FromHours(Number(hours)) : TimeSpan.FromDays(Number(Word("--days") ?? "1"));
    if (length < TimeSpan.FromHours(1)) throw new FormatException("A world lasts an hour at least: some minutes at its ends are kept free of faults.");
    if (Word("--seeds") is { } range) return Many(range, length);
    return One(Scenario.Draw((int)Number(Word("--seed") ?? "1"), length).Without((Word("--without") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)));
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n{usage}");
    return 2;
}

int One(Scenario scenario)
{
    var bug = Enum.TryParse<PlantedBug>(Word("--bug"), out var planted) ? planted : PlantedBug.None;
    var report = Simulator.Run(scenario, bug);
    foreach (var line in scenario.Describe().Concat(report.Lines())) Console.WriteLine(line);
    if (args.Contains("--log")) foreach (var (sequence, fact) in report.Told) Console.WriteLine($"{sequence} {fact}");
    if (args.Contains("--readings")) foreach (var line in report.Given) Console.WriteLine(line);
    return report.Violations.Count == 0 ? 0 : 1;
}

int Many(string range, TimeSpan length)
{
    var ends = range.Split("..");
    var (first, last) = ((int)Number(ends[0]), (int)Number(ends[^1]));
    var (swarm, areTests) = (new Swarm(length), args.Contains("--tests"));
    swarm.Run(first, last, (int)Number(Word("--at-once") ?? $"{Environment.ProcessorCount}"), report =>
    {
        if (areTests && report.Violations.Count == 0) Console.WriteLine($"ok seed {report.Scenario.Seed}");
        if (report.Violations.Count == 0) return;
        Console.WriteLine($"seed {report.Scenario.Seed} breaks \"{report.Broken}\":");
        foreach (var violation in report.Violations.Take(3)) Console.WriteLine($"  {violation}");
    });
    if (Word("--cases") is { } cases)
        foreach (var failing in swarm.Reports.Where(report => report.Violations.Count > 0).Take(5))
            Console.WriteLine($"seed {failing.Scenario.Seed}: {Swarm.WriteCase(cases, Swarm.Shrink(failing))}");
    foreach (var line in swarm.Table()) Console.WriteLine(areTests ? $"ok {line}" : line);
    return areTests ? Tested(swarm) : swarm.Wrong == 0 ? 0 : 1;
}

/// <summary>Beside the worlds two things are tests: that the first of them comes out the same once more, and that all together met everything.</summary>
static int Tested(Swarm swarm)
{
    var first = swarm.Reports.First();
    var (count, wrong) = (swarm.Reports.Count() + 2, swarm.Wrong);
    if (Simulator.Run(first.Scenario).Hash != first.Hash)
    {
        Console.WriteLine($"seed {first.Scenario.Seed} gave two worlds: its hash was {first.Hash} and then another one");
        wrong++;
    }
    var missing = swarm.Reports.Count() < Coverage.WorldsMin ? [] : Coverage.Missing([.. swarm.Reports]).ToList();
    foreach (var line in missing) Console.WriteLine(line);
    if (missing.Count > 0) wrong++;
    Console.WriteLine($"{count - wrong} passed, {wrong} failed");
    return wrong == 0 ? 0 : 1;
}

string? Word(string name)
{
    var at = Array.IndexOf(args, name);
    if (at < 0) return null;
    return at + 1 < args.Length ? args[at + 1] : throw new FormatException($"{name} wants a word after it.");
}

double Number(string word) => double.TryParse(word, CultureInfo.InvariantCulture, out var number) && number > 0
    ? number : throw new FormatException($"\"{word}\" is no number over zero.");
