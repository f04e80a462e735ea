using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Orders;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Commands;

/// <summary><c>label status</c> and <c>label explain CRITERION</c>: what the running gateway, or the log alone, says of the label over a period.</summary>
internal static class LabelCommand
{
    private const string Unknown = "–";

    internal static Command Build(Terminal terminal) => new("label", "How the centre stands against its label.") { Status(terminal), Explain(terminal) };

    private static Command Status(Terminal terminal)
    {
        var (site, models, json, period) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json(), PeriodOption());
        var command = new Command("status", "Show the label of a period and the verdict of each criterion.") { site, models, json, period };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (SiteArgument.Load(parsed.GetRequiredValue(site), parsed.GetValue(models), terminal.Errors) is not { } loaded) return ExitCode.FoundWrong;
            if (await AskAsync(loaded, parsed.GetValue(period)!, terminal, cancellation) is not { } label) return ExitCode.CannotRun;
            if (parsed.GetValue(json)) terminal.WriteJson(Machine(label, label.Verdicts));
            else Print(loaded, label, terminal);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Explain(Terminal terminal)
    {
        var (site, models, json, period) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json(), PeriodOption());
        var criterion = new Argument<string>("CRITERION") { Description = "Its id, as in AQ-1." };
        var command = new Command("explain", "Show how the verdict of one criterion came about, from readings to level.")
        {
            site, models, json, period, criterion,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (SiteArgument.Load(parsed.GetRequiredValue(site), parsed.GetValue(models), terminal.Errors) is not { } loaded) return ExitCode.FoundWrong;
            if (await AskAsync(loaded, parsed.GetValue(period)!, terminal, cancellation) is not { } label) return ExitCode.CannotRun;
            var id = parsed.GetRequiredValue(criterion);
            var declared = loaded.Label!.Profile.Criteria.FirstOrDefault(c => string.Equals(c.Id, id, StringComparison.OrdinalIgnoreCase));
            var verdict = label.Verdicts.Select(VerdictJson.Read).FirstOrDefault(v => v?.Criterion == declared?.Id && v is not null);
            if (declared is null || verdict is null)
            {
                terminal.Errors.WriteLine(declared is null
                    ? $"{label.Profile} has no criterion \"{id}\": it has {string.Join(", ", loaded.Label.Profile.Criteria.Select(c => c.Id))}."
                    : $"{declared.Id} is not judged over {label.Period}: it is over {string.Join(", ", declared.Periods).ToLowerInvariant()}.");
                return ExitCode.CannotRun;
            }
            if (parsed.GetValue(json)) terminal.WriteJson(JsonSerializer.Deserialize<JsonElement>(VerdictJson.Write(verdict)));
            else Print(declared, verdict, terminal);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Option<string> PeriodOption() => new("--period")
    {
        Description = "day, week, month, year or rolling for the one that runs; or 2026-11-21, 2026-W47, 2026-11, 2026, 12m-2026-11-21.",
        DefaultValueFactory = _ => "month",
    };

    private static async Task<LabelLine?> AskAsync(Site site, string period, Terminal terminal, CancellationToken cancellation)
    {
        var answer = await OrderClient.GiveAsync(site, new LabelOrder(period), terminal, cancellation);
        if (!answer.IsDone) terminal.Errors.WriteLine(answer.Text);
        return answer.Label;
    }

    private static object Machine(LabelLine label, IReadOnlyList<string> verdicts) => new
    {
        profile = label.Profile, period = label.Period, level = label.Level, cappedBy = label.CappedBy,
        verdicts = verdicts.Select(v => JsonSerializer.Deserialize<JsonElement>(v)),
    };

    private static void Print(Site site, LabelLine label, Terminal terminal)
    {
        var criteria = site.Label!.Profile.Criteria.ToDictionary(c => c.Id);
        var table = new TextTable("criterion", "title", "must", "verdict", "value", "unit", "limit 1 / 2 / 3", "known", "headroom", "cause");
        foreach (var verdict in label.Verdicts.Select(VerdictJson.Read).OfType<Verdict>())
        {
            var criterion = criteria[verdict.Criterion];
            var next = verdict.Finding.Levels.FirstOrDefault(l => !double.IsNaN(l.Headroom));
            table.Add(
                verdict.Criterion, criterion.Title, criterion.Mandatory ? "yes" : "", Words(verdict.Level), Number(verdict.Finding.Value), verdict.Finding.Unit,
                string.Join(" / ", verdict.Finding.Levels.Select(l => Number(l.Limit))),
                verdict.Coverage.Expected == 0 ? "" : Share(verdict.Coverage.Share),
                next.HeadroomUnit is { Length: > 0 } unit ? $"{Number(next.Headroom)} {unit}" : "", verdict.Finding.Cause);
        }
        terminal.Output.WriteLine($"{site.Name}: {label.Period} by {label.Profile}: {label.Level}"
            + (label.CappedBy.Count > 0 ? $", held back by {string.Join(", ", label.CappedBy)}" : "") + ".");
        terminal.Output.Write(table);
    }

    private static void Print(Criterion criterion, Verdict verdict, Terminal terminal)
    {
        var output = terminal.Output;
        output.WriteLine($"{criterion.Id} {criterion.Title}{(criterion.Mandatory ? " (mandatory)" : "")}");
        output.WriteLine($"{verdict.Period.Name}, {verdict.Period.First:yyyy-MM-dd} to {verdict.Period.Last:yyyy-MM-dd}{(verdict.IsFinal ? "" : ", so far")}: "
            + $"{Words(verdict.Level)}, {Number(verdict.Finding.Value)} {verdict.Finding.Unit}. By {verdict.Profile}.");
        if (verdict.Finding.Text.Length > 0) output.WriteLine(verdict.Finding.Text);
        if (verdict.Finding.Cause is { } cause) output.WriteLine($"What costs most: {cause}.");
        output.WriteLine();
        output.WriteLine($"Read as: {criterion.Kind.Name} of {string.Join(", ", criterion.Inputs.OrderBy(i => i.Key).Select(i => $"{i.Key} = {i.Value}"))}; "
            + $"{criterion.When.ToString().ToLowerInvariant()}; slots of {verdict.Step.TotalMinutes} min.");
        if (verdict.Occupied.Length > 0) output.WriteLine($"Occupied: {verdict.Occupied}.");
        output.WriteLine($"Known: {verdict.Coverage.Valid} of {verdict.Coverage.Expected} slots, {Share(verdict.Coverage.Share)}; "
            + $"{Share(verdict.Coverage.Min)} are needed"
            + string.Concat(verdict.Coverage.Excluded.Select((count, reason) => count == 0 ? "" : $"; {count} {Reason((Exclusion)reason)}")) + ".");
        if (!double.IsNaN(verdict.Uncertainty))
            output.WriteLine($"Instrument: ± {Number(verdict.Uncertainty)} {verdict.UncertaintyUnit} at the limit of level 1. "
                + $"Decided by {verdict.DecisionRule}.");
        foreach (var factor in verdict.Finding.Factors) output.WriteLine($"Factor: {factor}.");
        output.WriteLine();
        output.Write(Limits(criterion));
        output.WriteLine();
        var decided = new TextTable("level", "decided by", "value", "limit", "unit", "outcome", "headroom");
        foreach (var (index, level) in verdict.Finding.Levels.Index())
            decided.Add(
                $"{index + 1}", level.LimitName, Number(level.Value), Number(level.Limit), level.Unit, level.Outcome.ToString().ToLowerInvariant(),
                level.HeadroomUnit.Length > 0 ? $"{Number(level.Headroom)} {level.HeadroomUnit}" : "");
        output.Write(decided);
        if (!verdict.IsFinal && verdict.Finding.Assumption.Length > 0 && !double.IsNaN(verdict.Finding.Projection))
            output.WriteLine($"At the end of the period: {Number(verdict.Finding.Projection)} {verdict.Finding.Unit}, if {verdict.Finding.Assumption}.");
    }

    private static TextTable Limits(Criterion criterion)
    {
        var table = new TextTable("number", "level 1", "level 2", "level 3", "unit", "sure", "source");
        foreach (var limit in criterion.Limits.Values.OrderBy(l => l.Name, StringComparer.Ordinal))
            table.Add(
                limit.Name, Number(limit.Levels[0]), Number(limit.Levels[1]), Number(limit.Levels[2]), limit.Unit,
                string.Join("/", limit.Sources.Select(s => s.Sure).Distinct()), string.Join("; ", limit.Sources.Select(s => s.Title).Distinct()));
        foreach (var setting in criterion.Settings.Values.OrderBy(s => s.Name, StringComparer.Ordinal))
            table.Add(setting.Name, Number(setting.Value), "", "", setting.Unit, setting.Source.Sure, setting.Source.Title);
        return table;
    }

    private static string Words(VerdictLevel level) => level switch
    {
        VerdictLevel.Level1 => "level 1",
        VerdictLevel.Level2 => "level 2",
        VerdictLevel.Level3 => "level 3",
        VerdictLevel.NotMet => "not met",
        VerdictLevel.NotApplicable => "not applicable",
        _ => "undetermined",
    };

    private static string Reason(Exclusion reason) => reason switch
    {
        Exclusion.NoWindow => "without a window",
        Exclusion.LowCoverage => "with too little coverage",
        Exclusion.NoReference => "without what they are compared with",
        _ => "doubtful",
    };

    private static string Number(double value) => double.IsNaN(value) ? Unknown : value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Share(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
