using System.Globalization;
using System.Text.Json;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/label</c>, <c>/api/v1/criteria</c> and <c>/api/v1/criteria/{criterion}</c>: how the centre stands against its label, with limits,
/// their sources, coverage and headroom.</summary>
internal static class CriteriaResource
{
    private const string Periods = "'period' is 2026-11-21, 2026-W47, 2026-11, 2026, 12m-2026-11-21, or day, week, month, year, rolling for the one that runs";

    // What a label can speak of: before it there was none, and calendars stay far from their ends.
    private const int YearMin = 2000, YearMax = 2200;

    private static readonly Allowed Readers = new(Roles.Viewer | Roles.Auditor, "period");

    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        // Judging a year takes the engine's lock for a while: one at a time leaves it to the gateway loop.
        var turns = new SemaphoreSlim(1);
        routes.Resource(Readers, $"The label over a period with all its verdicts; {Periods} (month).").MapGet("/api/v1/label",
            (string? period, HttpContext context) => AnswerAsync(view, turns, period, context, (json, label, verdict) =>
            {
                Head(json, view, label, verdict);
                json.WriteString("level", VerdictJson.Word(verdict.Level));
                json.WriteStartArray("cappedBy");
                foreach (var criterion in verdict.CappedBy) json.WriteStringValue(criterion);
                json.WriteEndArray();
                json.WriteStartArray("verdicts");
                foreach (var one in verdict.Verdicts) json.WriteRawValue(VerdictJson.Write(one));
                json.WriteEndArray();
            })).Produces<LabelNow>().Refuses();
        routes.Resource(Readers, $"Every criterion with its limits, their sources, and its verdict over a period; {Periods} (month).")
            .MapGet("/api/v1/criteria",
            (string? period, HttpContext context) => AnswerAsync(view, turns, period, context, (json, label, verdict) =>
            {
                Head(json, view, label, verdict);
                json.WriteStartObject("occupied");
                json.WriteNumber("presenceShareMin", label.Profile.PresenceShareMin.Value);
                json.WriteNumber("presenceCoverageMin", label.Profile.PresenceCoverageMin.Value);
                json.WriteEndObject();
                json.WriteStartArray("criteria");
                foreach (var criterion in label.Profile.Criteria) Write(json, criterion, label, verdict);
                json.WriteEndArray();
            })).Produces<CriterionList>().Refuses();
        routes.Resource(Readers, $"One criterion with its limits, their sources, and its verdict over a period; {Periods} (month).")
            .MapGet("/api/v1/criteria/{criterion}", (string criterion, string? period, HttpContext context) =>
            {
                if (view.Label?.Profile.Criteria.FirstOrDefault(one => one.Id == criterion) is { } found)
                    return AnswerAsync(view, turns, period, context, (json, label, verdict) => Members(json, found, label, verdict));
                return Task.FromResult(view.Label is null ? NoLabel()
                    : Problems.Of(StatusCodes.Status404NotFound, "There is no such criterion. GET /api/v1/criteria lists them."));
            }).Produces<CriterionNow>().Refuses();
    }

    private static Microsoft.AspNetCore.Builder.RouteHandlerBuilder Refuses(this Microsoft.AspNetCore.Builder.RouteHandlerBuilder route) =>
        route.ProducesProblem(StatusCodes.Status404NotFound, Problems.ContentType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable, Problems.ContentType);

    private static IResult NoLabel() => Problems.Of(StatusCodes.Status404NotFound, "The site names no label.");

    private static async Task<IResult> AnswerAsync(
        CentreView view, SemaphoreSlim turns, string? period, HttpContext context, Action<Utf8JsonWriter, LabelView, LabelVerdict> write)
    {
        if (view.Label is not { } label) return NoLabel();
        if (!TryPeriod(period ?? "month", out var kind, out var named)) return Problems.Of(StatusCodes.Status400BadRequest, $"{Periods}.");
        LabelVerdict? verdict;
        await turns.WaitAsync(context.RequestAborted);
        try
        {
            verdict = named is { } asked ? label.Judge(asked) : label.SoFar(kind);
        }
        finally
        {
            turns.Release();
        }
        if (verdict is null)
        {
            context.Response.Headers.RetryAfter = "60";
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "The log is still being taken up; verdicts come when that is done.");
        }
        return Answer.Of(Representation.Json(json =>
        {
            json.WriteStartObject();
            write(json, label, verdict);
            json.WriteEndObject();
        }));
    }

    private static bool TryPeriod(string text, out PeriodKind kind, out Period? period)
    {
        period = null;
        foreach (var one in Enum.GetValues<PeriodKind>())
            if (WebJson.Word(one) == text)
            {
                kind = one;
                return true;
            }
        kind = default;
        var digits = text.StartsWith("12m-", StringComparison.Ordinal) ? text[4..] : text;
        if (digits.Length < 4 || !int.TryParse(digits[..4], NumberStyles.None, CultureInfo.InvariantCulture, out var year)) return false;
        if (year is < YearMin or > YearMax || !Period.TryParse(text, out var found)) return false;
        period = found;
        return true;
    }

    private static void Head(Utf8JsonWriter json, CentreView view, LabelView label, LabelVerdict verdict)
    {
        json.WriteString("zone", view.Zone);
        json.WriteString("profile", verdict.Profile);
        json.WriteString("title", label.Profile.Title);
        json.WriteString("period", verdict.Period.Name);
    }

    private static void Write(Utf8JsonWriter json, Criterion criterion, LabelView label, LabelVerdict verdict)
    {
        json.WriteStartObject();
        Members(json, criterion, label, verdict);
        json.WriteEndObject();
    }

    private static void Members(Utf8JsonWriter json, Criterion criterion, LabelView view, LabelVerdict label)
    {
        json.WriteString("id", criterion.Id);
        json.WriteString("title", criterion.Title);
        json.WriteString("kind", criterion.Kind.Name);
        json.WriteBoolean("mandatory", criterion.Mandatory);
        json.WriteString("scope", WebJson.Word(criterion.Scope));
        json.WriteString("when", WebJson.Word(criterion.When));
        json.WriteNumber("stepMinutes", criterion.Step.TotalMinutes);
        json.WriteNumber("coverageMin", criterion.CoverageMin);
        json.WriteNumber("slotCoverageMin", criterion.SlotCoverageMin);
        json.WriteString("decisionRule", criterion.DecisionRule);
        json.WriteStartArray("periods");
        foreach (var period in criterion.Periods) json.WriteStringValue(WebJson.Word(period));
        json.WriteEndArray();
        json.WriteStartArray("limits");
        foreach (var limit in criterion.Limits.Values.OrderBy(limit => limit.Name, StringComparer.Ordinal)) Write(json, limit);
        json.WriteEndArray();
        json.WriteStartArray("settings");
        foreach (var setting in criterion.Settings.Values.OrderBy(setting => setting.Name, StringComparer.Ordinal)) Write(json, setting);
        json.WriteEndArray();
        json.WriteStartArray("inputs");
        foreach (var source in view.Criteria.FirstOrDefault(bound => bound.Criterion.Id == criterion.Id)?.Sources() ?? []) Write(json, source);
        json.WriteEndArray();
        json.WritePropertyName("verdict");
        if (label.Verdicts.FirstOrDefault(one => one.Criterion == criterion.Id) is { } verdict) json.WriteRawValue(VerdictJson.Write(verdict));
        else json.WriteNullValue();
    }

    private static void Write(Utf8JsonWriter json, Limit limit)
    {
        json.WriteStartObject();
        json.WriteString("name", limit.Name);
        json.WriteString("unit", limit.Unit);
        json.WriteStartArray("levels");
        foreach (var level in limit.Levels)
            if (double.IsFinite(level)) json.WriteNumberValue(level);
            else json.WriteNullValue();
        json.WriteEndArray();
        json.WriteStartArray("sources");
        foreach (var source in limit.Sources) Write(json, source);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Setting setting)
    {
        json.WriteStartObject();
        json.WriteString("name", setting.Name);
        json.WriteString("unit", setting.Unit);
        json.WriteNumber("value", setting.Value);
        json.WritePropertyName("source");
        Write(json, setting.Source);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NumberSource source)
    {
        json.WriteStartObject();
        json.WriteString("id", source.Id);
        json.WriteString("title", source.Title);
        json.WriteString("sure", source.Sure);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, CriterionSource source)
    {
        json.WriteStartObject();
        json.WriteString("input", source.Input);
        json.WriteString("space", source.Space);
        json.WriteStartArray("points");
        foreach (var point in source.Points) json.WriteStringValue(point);
        json.WriteEndArray();
        if (source.Declared is { } declared) json.WriteNumber("declared", declared.Value);
        else json.WriteNull("declared");
        json.WriteString("unit", source.Declared?.Unit);
        json.WriteEndObject();
    }
}

/// <summary>The label over a period.</summary>
/// <param name="Level"><c>level3</c>, <c>level2</c>, <c>level1</c>, <c>notmet</c> or <c>undetermined</c>.</param>
/// <param name="CappedBy">Criteria that keep it from the next level.</param>
internal sealed record LabelNow(string Zone, string Profile, string Title, string Period, string Level, string[] CappedBy, VerdictTold[] Verdicts);

/// <summary>All criteria of a profile.</summary>
/// <param name="Occupied">How measured presence becomes occupied time.</param>
internal sealed record CriterionList(string Zone, string Profile, string Title, string Period, OccupiedTold Occupied, CriterionNow[] Criteria);

/// <summary>A slot is occupied when somebody was seen for this share of it; opening hours stand in where presence is known for less than the
/// coverage.</summary>
internal sealed record OccupiedTold(double PresenceShareMin, double PresenceCoverageMin);

/// <summary>A requirement that can be judged.</summary>
/// <param name="Mandatory">It caps the label.</param>
/// <param name="Scope"><c>centre</c> or <c>spaces</c>.</param>
/// <param name="When"><c>always</c>, <c>occupied</c>, <c>unoccupied</c> or <c>open</c>.</param>
/// <param name="CoverageMin">With less of what should be known, it is undetermined.</param>
/// <param name="SlotCoverageMin">Coverage a window must have to be looked at.</param>
/// <param name="Periods">It is judged over.</param>
/// <param name="Settings">Numbers of the method that are no limits.</param>
/// <param name="Inputs">What it is judged from in this centre.</param>
/// <param name="Verdict">Null when it is not judged over periods of that kind.</param>
internal sealed record CriterionNow(
    string Id, string Title, string Kind, bool Mandatory, string Scope, string When, double StepMinutes, double CoverageMin, double SlotCoverageMin,
    string DecisionRule, string[] Periods, LimitTold[] Limits, SettingTold[] Settings, InputTold[] Inputs, VerdictTold? Verdict);

/// <summary>A number of the method.</summary>
internal sealed record SettingTold(string Name, string Unit, double Value, SourceTold Source);

/// <summary>What a criterion has an input from.</summary>
/// <param name="Space">Id of the space the points speak for; null: for the centre.</param>
/// <param name="Points">Names of points; empty for a declared number.</param>
/// <param name="Declared">The number the site declares, in the unit.</param>
internal sealed record InputTold(string Input, string? Space, string[] Points, double? Declared, string? Unit);

/// <summary>A number of levels 1, 2 and 3; null where a level asks nothing.</summary>
/// <param name="Name">Ends in Max or Min: which side of it is met.</param>
internal sealed record LimitTold(string Name, string Unit, double?[] Levels, SourceTold[] Sources);

/// <summary>Where a number comes from.</summary>
/// <param name="Sure"><c>A</c>: read in the official text … <c>ours</c>: the label's own proposal.</param>
internal sealed record SourceTold(string Id, string Title, string Sure);

/// <summary>What judging gave; what is not known is left out. More members may stand in it: those of the verdict's record in the log.</summary>
/// <param name="Level"><c>level1</c> to <c>level3</c>, <c>notmet</c>, <c>undetermined</c> or <c>notapplicable</c>.</param>
/// <param name="Final">False while the period runs.</param>
/// <param name="Projection">Where the value will stand at the end of the period.</param>
internal sealed record VerdictTold(
    string Criterion, string Period, string From, string To, string Profile, string Level, bool Final, int Revision, double? Value, string? Unit,
    LevelTold[] Levels, CoverageTold Coverage, string? Cause, string? Text, double? Projection, string? Assumption);

/// <summary>One level of a verdict.</summary>
/// <param name="Outcome"><c>met</c>, <c>notmet</c> or <c>undetermined</c>.</param>
/// <param name="Headroom">How much may still go wrong in this period before the level is lost.</param>
internal sealed record LevelTold(string Outcome, double? Value, double? Limit, string LimitName, string? Unit, double? Headroom, string? HeadroomUnit);

/// <summary>How much of what should have been known was known, in slots.</summary>
internal sealed record CoverageTold(long Expected, long Valid, double Share, double Min);
