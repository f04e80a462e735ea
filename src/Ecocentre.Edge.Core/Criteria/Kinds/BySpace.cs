using System.Globalization;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Decides from room to room: a level is met when the rooms that hold it stand for enough floor area, not met when even the rooms that
/// are not known could not make it enough, else undetermined.</summary>
/// <remarks>A room without enough coverage is not known. Rooms weigh by their area; rooms without a declared area are left out and named, and when
/// no room has one, all weigh alike.</remarks>
internal static class BySpace
{
    internal const string AreaShareMin = "areaShareMin";

    /// <summary>Judges shares of valid slots by room.</summary>
    /// <param name="limit">Name of the limit on the share, which is a minimum.</param>
    /// <param name="good">Slots of a room that hold a level.</param>
    internal static Finding Shares(CriterionPeriod period, string limit, Func<CellPart, int, double> good)
    {
        var criterion = period.Criterion;
        return Judge(period, limit, (cell, level) =>
        {
            var part = period.Cells[cell];
            var share = part.Valid > 0 ? good(part, level) / part.Valid : double.NaN;
            var min = criterion.LimitOf(limit, level);
            // Slots that may still lie outside, of all that will have been valid when the rest of the period is like the part so far.
            var headroom = ((1 - min) * period.Extrapolate(part.Valid) - (part.Valid - good(part, level))) * period.SlotMinutes;
            return new RoomFinding(share, double.IsNaN(min) || share >= min, Math.Floor(headroom), "min");
        });
    }

    /// <summary>Judges values by room, each already held against its limit.</summary>
    internal static Finding Judge(CriterionPeriod period, string limit, Func<int, int, RoomFinding> room)
    {
        var criterion = period.Criterion;
        var unit = criterion.Limits.TryGetValue(limit, out var declared) ? declared.Unit : "1";
        var weights = Weights(period, out var leftOut);
        var total = weights.Sum();
        var findings = new LevelFinding[3];
        var cause = -1;
        for (var level = 1; level <= 3; level++)
        {
            double met = 0, unknown = 0;
            int worst = -1, silent = -1;
            var worstRoom = default(RoomFinding);
            for (var cell = 0; cell < weights.Length; cell++)
            {
                if (weights[cell] <= 0) continue;
                // A room that nobody used in all the period, as far as it is known, holds every level.
                if (period.Cells[cell].Expected == 0)
                {
                    met += weights[cell];
                    continue;
                }
                if (period.Cells[cell].Coverage < criterion.CoverageMin || period.Cells[cell].Valid == 0)
                {
                    unknown += weights[cell];
                    if (silent < 0 || period.Cells[cell].Coverage < period.Cells[silent].Coverage) silent = cell;
                    continue;
                }
                var one = room(cell, level);
                if (one.IsMet) met += weights[cell];
                if (worst < 0 || IsWorse(one, worstRoom, limit)) (worst, worstRoom) = (cell, one);
            }
            var needed = criterion.SettingOf(AreaShareMin) * total;
            var outcome = total <= 0 ? Outcome.Undetermined : met >= needed ? Outcome.Met : met + unknown < needed ? Outcome.NotMet : Outcome.Undetermined;
            findings[level - 1] = worst < 0
                ? new LevelFinding(outcome, double.NaN, criterion.LimitOf(limit, level), limit, unit, double.NaN, "")
                : new LevelFinding(outcome, worstRoom.Value, criterion.LimitOf(limit, level), limit, unit, worstRoom.Headroom, worstRoom.HeadroomUnit);
            // The first level that is not held says which room is to blame; where all are held, the room that is nearest to losing one.
            if (level == 1 || findings[level - 2].Outcome == Outcome.Met) cause = outcome == Outcome.Undetermined && silent >= 0 ? silent : worst;
        }
        return new Finding(findings[0].Value, unit, [.. findings])
        {
            CoverageWeighed = true,
            Cause = cause >= 0 ? period.NameOf(cause) : null,
            Text = Text(period, weights, leftOut),
            Projection = findings[0].Value,
            Assumption = period.Assumption,
        };
    }

    private static bool IsWorse(RoomFinding one, RoomFinding other, string limit) =>
        double.IsNaN(other.Value) || (limit.EndsWith("Max", StringComparison.Ordinal) ? one.Value > other.Value : one.Value < other.Value);

    private static double[] Weights(CriterionPeriod period, out List<string> leftOut)
    {
        var cells = period.Bound.Cells;
        leftOut = [];
        if (cells.All(c => double.IsNaN(c.AreaSquareMetres))) return [.. cells.Select(_ => 1.0)];
        foreach (var cell in cells)
            if (double.IsNaN(cell.AreaSquareMetres)) leftOut.Add(cell.Name);
        return [.. cells.Select(c => double.IsNaN(c.AreaSquareMetres) ? 0 : c.AreaSquareMetres)];
    }

    private static string Text(CriterionPeriod period, double[] weights, List<string> leftOut)
    {
        var unknown = period.Bound.Cells.Where((_, i) => weights[i] > 0 && period.Cells[i].Expected > 0
            && period.Cells[i].Coverage < period.Criterion.CoverageMin).Select(c => c.Name).ToArray();
        var text = string.Create(CultureInfo.InvariantCulture,
            $"Worst of {weights.Count(w => w > 0)} spaces; those that hold a level must stand for " +
            $"{100 * period.Criterion.SettingOf(AreaShareMin):0.#} % of the floor area.");
        if (unknown.Length > 0) text += $" Too little is known of {string.Join(", ", unknown)}.";
        if (leftOut.Count > 0) text += $" Left out for want of a declared area: {string.Join(", ", leftOut)}.";
        return text;
    }
}

/// <summary>A level in a room.</summary>
internal readonly record struct RoomFinding(double Value, bool IsMet, double Headroom, string HeadroomUnit);
