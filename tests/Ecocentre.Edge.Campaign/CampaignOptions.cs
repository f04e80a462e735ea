using System.Globalization;

namespace Ecocentre.Edge.Campaign;

/// <summary>What a campaign is asked to do.</summary>
/// <param name="Binary">The published <c>ecocentre-edge</c>.</param>
/// <param name="Report">Where the Markdown report is written.</param>
/// <param name="Time">For how long faults are inflicted; recovering and the last look come on top.</param>
/// <param name="Seed">Decides which faults come when, and for how long.</param>
/// <param name="Only">Parts of the names of the faults to try, with commas between them, or null for all.</param>
internal sealed record CampaignOptions(string Binary, string Report, TimeSpan Time, int Seed, string? Only)
{
    public const string Usage = "bash tests/campaign/run [--minutes N] [--seed S] [--only FAULT[,FAULT …]]";

    /// <returns>Null when something is not understood; it has been said.</returns>
    public static CampaignOptions? Parse(string[] args)
    {
        // The process id is a different one each time; the seed is printed, so that a campaign can be drawn again.
        var (binary, report, minutes, seed, only) = ("", "", 10.0, Environment.ProcessId, (string?)null);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var known = args[i] switch
            {
                "--binary" => (binary = value) != "",
                "--report" => (report = value) != "",
                "--minutes" => double.TryParse(value, CultureInfo.InvariantCulture, out minutes) && minutes > 0,
                "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
                "--only" => (only = value) != "",
                _ => false,
            };
            if (known) continue;
            Console.Error.WriteLine($"\"{args[i]} {value}\" is not understood. Usage: {Usage}");
            return null;
        }
        if (binary != "" && report != "") return new(binary, report, TimeSpan.FromMinutes(minutes), seed, only);
        Console.Error.WriteLine($"--binary and --report are missing: tests/campaign/run gives them. Usage: {Usage}");
        return null;
    }
}
