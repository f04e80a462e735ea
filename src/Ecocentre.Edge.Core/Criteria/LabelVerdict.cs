using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria;

/// <summary>The label over a period: the worst mandatory criterion caps it, and a share of the others must reach it. Immutable.</summary>
/// <param name="Level">Undetermined as soon as a mandatory criterion is and none is not met.</param>
/// <param name="CappedBy">Ids of the criteria that keep it from the next level; empty at level 3.</param>
public sealed record LabelVerdict(
    string Profile, Period Period, VerdictLevel Level, ImmutableArray<string> CappedBy, ImmutableArray<Verdict> Verdicts)
{
    /// <summary>The label that verdicts make.</summary>
    /// <param name="verdicts">Of one period, one for each criterion, all of criteria that the profile has.</param>
    public static LabelVerdict Of(LabelProfile profile, Period period, ImmutableArray<Verdict> verdicts)
    {
        var criteria = profile.Criteria.ToDictionary(c => c.Id, StringComparer.Ordinal);
        var mandatory = verdicts.Where(v => criteria[v.Criterion].Mandatory && v.Level != VerdictLevel.NotApplicable).ToArray();
        var optional = verdicts.Where(v => !criteria[v.Criterion].Mandatory && v.Level != VerdictLevel.NotApplicable).ToArray();
        if (mandatory.Length == 0) return new LabelVerdict(profile.FullName, period, VerdictLevel.Undetermined, [], verdicts);
        var level = VerdictLevel.NotMet;
        while (level < VerdictLevel.Level3)
        {
            var next = level + 1;
            string[] below = [.. mandatory.Where(v => v.Level < next).Select(v => v.Criterion)];
            string[] missing = [.. optional.Where(v => v.Level < next).Select(v => v.Criterion)];
            var isShareHeld = optional.Length == 0 || optional.Length - missing.Length >= profile.OptionalShareMin.Value * optional.Length;
            if (below.Length == 0 && isShareHeld)
            {
                level = next;
                continue;
            }
            // Something not met decides; something unknown only leaves open.
            var isDecided = level != VerdictLevel.NotMet || mandatory.Any(v => v.Level == VerdictLevel.NotMet)
                || below.Length == 0 && optional.Count(v => v.Level >= next || v.Level == VerdictLevel.Undetermined)
                    < profile.OptionalShareMin.Value * optional.Length;
            return new LabelVerdict(
                profile.FullName, period, isDecided ? level : VerdictLevel.Undetermined,
                [.. below.Length > 0 ? below : missing], verdicts);
        }
        return new LabelVerdict(profile.FullName, period, level, [], verdicts);
    }
}
