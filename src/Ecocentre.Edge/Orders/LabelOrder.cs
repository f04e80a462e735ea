using Ecocentre.Edge.Criteria;

namespace Ecocentre.Edge.Orders;

/// <summary>Asks for the label over a period.</summary>
/// <param name="Period">A <see cref="Criteria.Period.Name"/>, or the name of a kind of period (<c>month</c>) for the one that runs.</param>
internal sealed record LabelOrder(string Period) : Order
{
    internal override Task<OrderAnswer> ExecuteAsync(OrderOffice office, IProgress<string> progress, CancellationToken cancellation)
    {
        if (office.Label(progress, cancellation) is not { } label)
            return Task.FromResult(OrderAnswer.Refused("The site names no label.", "Add \"label\": { \"profile\": \"ecocentre-v1\" } to it."));
        if (PeriodOf(label) is not { } period)
            return Task.FromResult(OrderAnswer.Refused(
                $"\"{Period}\" is no period.", "Write day, week, month, year, rolling, or as in 2026-11-21, 2026-W47, 2026-11, 2026, 12m-2026-11-21."));
        var verdict = label.Judge(period);
        return Task.FromResult(new OrderAnswer(true, VerdictJson.Word(verdict.Level))
        {
            Label = new LabelLine(
                verdict.Profile, period.Name, VerdictJson.Word(verdict.Level), verdict.CappedBy, [.. verdict.Verdicts.Select(VerdictJson.Write)]),
        });
    }

    private Period? PeriodOf(CentreLabel label)
    {
        if (Enum.TryParse<PeriodKind>(Period, ignoreCase: true, out var kind) && Enum.IsDefined(kind) && !int.TryParse(Period, out _))
            return label.Running(kind);
        return Criteria.Period.TryParse(Period, out var period) ? period : null;
    }
}

/// <summary>A label as it travels.</summary>
/// <param name="CappedBy">Criteria that keep it from the next level.</param>
/// <param name="Verdicts">Each as <see cref="VerdictJson"/> writes it.</param>
internal sealed record LabelLine(string Profile, string Period, string Level, IReadOnlyList<string> CappedBy, IReadOnlyList<string> Verdicts);
