using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Criteria;

/// <summary>Turns the periods that ended, and those that late windows or corrections changed, into records for the log: each verdict once, a changed
/// one as its next revision.</summary>
/// <remarks>Days, weeks, months and years are recorded at their end; twelve months at the end of each month. One thread.</remarks>
public sealed class VerdictLedger(Verdicts engine)
{
    private readonly Dictionary<(string Criterion, Period Period), (int Revision, string Digest)> _recorded = [];

    // Shortest first and in order of time.
    private readonly SortedSet<Period> _waiting = new(Comparer<Period>.Create(static (a, b) => (a.Kind, a.Last).CompareTo((b.Kind, b.Last))));

    /// <summary>Periods are left that were not judged yet.</summary>
    public bool HasMore => _waiting.Count > 0;

    /// <summary>Takes up a record of an earlier run, so that the same verdict is not recorded again.</summary>
    public void Remember(RecordFact record)
    {
        if (record.Kind != RecordKind.Verdict || VerdictJson.Read(record.Json) is not { } verdict) return;
        var key = (verdict.Criterion, verdict.Period);
        if (_recorded.TryGetValue(key, out var known) && known.Revision > verdict.Revision) return;
        _recorded[key] = (verdict.Revision, Digest(verdict));
    }

    /// <summary>What is due: call it after <see cref="Verdicts.Advance"/>.</summary>
    /// <param name="periodsMax">Periods to judge at most; the others wait for the next call.</param>
    public ImmutableArray<RecordFact> TakeDue(int periodsMax = int.MaxValue)
    {
        var due = ImmutableArray.CreateBuilder<RecordFact>();
        Gather();
        for (var judged = 0; judged < periodsMax && _waiting.Count > 0; judged++)
        {
            var period = _waiting.Min;
            _waiting.Remove(period);
            var end = LocalDay.Of(period.Last, engine.Centre.Zone).End;
            foreach (var verdict in engine.Judge(period))
            {
                var (key, digest) = ((verdict.Criterion, period), Digest(verdict));
                var revision = 0;
                if (_recorded.TryGetValue(key, out var known))
                {
                    if (known.Digest == digest) continue;
                    revision = known.Revision + 1;
                }
                _recorded[key] = (revision, digest);
                due.Add(VerdictJson.ToFact(verdict with { Revision = revision }, end));
            }
        }
        Forget();
        return due.ToImmutable();
    }

    private static string Digest(Verdict verdict) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(VerdictJson.Write(verdict with { Revision = 0 }))));

    /// <summary>Periods whose days nobody keeps are not judged again.</summary>
    private void Forget()
    {
        if (engine.LastSealed is not { } last) return;
        foreach (var key in _recorded.Keys)
            if (key.Period.Last < last.AddDays(-Verdicts.PartsMax)) _recorded.Remove(key);
    }

    /// <summary>Ended periods that contain a changed day wait to be judged.</summary>
    private void Gather()
    {
        var changed = engine.TakeChangedDays();
        if (changed.Count == 0 || engine.LastSealed is not { } last) return;
        foreach (var date in changed)
        {
            foreach (var kind in (PeriodKind[])[PeriodKind.Day, PeriodKind.Week, PeriodKind.Month, PeriodKind.Year])
                if (Period.Containing(kind, date) is var period && period.Last <= last) _waiting.Add(period);
            var monthEnd = Period.Containing(PeriodKind.Month, date).Last;
            for (var months = 0; months < 12 && monthEnd <= last; months++, monthEnd = Period.Containing(PeriodKind.Month, monthEnd.AddDays(1)).Last)
                _waiting.Add(Period.Containing(PeriodKind.Rolling, monthEnd));
        }
    }
}
