using System.Diagnostics;
using System.Globalization;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Outputs.Packs;

namespace Ecocentre.Edge.Outputs.Tests.Packs;

/// <summary>What README.txt tells an auditor to type is typed here: unzip, sha256sum, openssl, awk, and the spreadsheet's formula reckoned by
/// python3. No line of
/// ours takes part.</summary>
public sealed class PackGuideTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("guide").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("README.txt")]
    [InlineData("LISEZMOI.txt")]
    public void The_hand_check_holds_step_by_step(string guide)
    {
        var bench = new PackBench(days: 8, air: true);
        var pack = bench.Write(_folder, 4, 6);
        Shell($"unzip -q {pack}");
        var commands = File.ReadLines(Path.Combine(_folder, guide)).Select(line => line.Trim()).ToArray();
        Assert.Contains("sha256sum -c SHA256SUMS", commands);

        var sums = Shell("sha256sum -c SHA256SUMS");
        Assert.Equal(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Length - 3, sums.Split('\n').Count(line =>
            line.EndsWith(": OK", StringComparison.Ordinal)));
        Assert.Contains("Verified OK", Shell(commands.Single(c => c.StartsWith("openssl dgst", StringComparison.Ordinal))));
        Assert.StartsWith(bench.Key.Fingerprint.ToString(), Shell(commands.Single(c => c.StartsWith("openssl pkey", StringComparison.Ordinal))));
        // A leaf's hash, as hashed by the shell, stands where the guide says.
        var hashed = Shell(commands.Single(c => c.StartsWith("(printf", StringComparison.Ordinal)));
        var there = Shell(commands.Single(c => c.StartsWith("tail -c", StringComparison.Ordinal)));
        Assert.Equal(64, there.Length);
        Assert.StartsWith(there, hashed);
    }

    [Fact]
    public void A_changed_file_and_a_changed_list_are_seen_by_hand()
    {
        var pack = new PackBench(days: 4).Write(_folder, 1, 2);
        Shell($"unzip -q {pack}");
        File.AppendAllText(Path.Combine(_folder, "windows/main.energy.csv"), "15m");
        Assert.Contains("windows/main.energy.csv: FAILED", Shell("sha256sum -c SHA256SUMS 2>/dev/null", 1));
        File.AppendAllText(Path.Combine(_folder, "SHA256SUMS"), "\n");
        Assert.Contains("Verification failure", Shell("openssl dgst -sha256 -verify public-key.pem -signature SHA256SUMS.sig SHA256SUMS 2>&1", 1));
    }

    [Theory]
    [InlineData("README.txt")]
    [InlineData("LISEZMOI.txt")]
    public void A_verdict_is_reckoned_again_with_the_formula_of_the_guide(string guide)
    {
        var bench = new PackBench(days: 5);
        using var reader = PackReader.Open(bench.Write(_folder, 1, 3));
        Shell("unzip -q pack.zip");
        var lines = File.ReadLines(Path.Combine(_folder, guide)).Select(line => line.Trim()).ToArray();
        var awk = lines.Single(line => line.StartsWith("awk ", StringComparison.Ordinal));
        var formula = lines.Single(line => line.StartsWith("=SUMIFS(", StringComparison.Ordinal));
        output.WriteLine(formula);
        var told = reader.Standing.First(v => v.Verdict.Criterion == "EN-8" && lines.Any(line =>
            line.Contains($"EN-8 of {v.Verdict.Period} ", StringComparison.Ordinal)
            || line.Contains($"EN-8 de {v.Verdict.Period} ", StringComparison.Ordinal))).Verdict.Finding.Value;
        Assert.True(told > 0);

        Assert.Equal(told, double.Parse(Shell(awk), CultureInfo.InvariantCulture), 4);
        Assert.Equal(told, double.Parse(Shell($"python3 -c '{Spreadsheet}' '{formula}' windows/main.energy.csv"), CultureInfo.InvariantCulture), 9);
    }

    // The part of a spreadsheet that the formula needs, after its documentation: SUMIFS over whole columns, then arithmetic.
    private const string Spreadsheet = """
        import csv, re, sys
        formula, rows = sys.argv[1].lstrip("="), list(csv.reader(open(sys.argv[2])))
        call, rest = re.match(r"SUMIFS\(([^)]*)\)(.*)", formula).groups()
        cells = [c.strip("\"") if not re.match(r"^[A-J]:[A-J]$", c) else ord(c[0]) - 65 for c in call.split(",")]
        def holds(text, wanted):
            sign, value = re.match(r"(>=|<=|<|>|=)?(.*)", wanted).groups()
            return {">=": text >= value, "<": text < value, None: text == value}[sign]
        total = sum(float(r[cells[0]]) for r in rows[1:] if r[cells[0]] and all(holds(r[cells[i]], cells[i + 1]) for i in range(1, len(cells), 2)))
        print(eval(str(total) + rest))
        """;

    private string Shell(string command, int exitCode = 0)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", command])
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var text = shell.StandardOutput.ReadToEnd();
        var errors = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        Assert.True(shell.ExitCode == exitCode, $"{command}\n{text}\n{errors}");
        return text.Trim();
    }
}
