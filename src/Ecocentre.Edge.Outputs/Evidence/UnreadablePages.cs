using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Pages that a reader found not to be what was written. They are passed over, left where they are, and reported once a run. Any thread.</summary>
internal sealed class UnreadablePages
{
    private readonly Lock _gate = new();
    private readonly HashSet<PageKey> _known = [];
    private readonly List<(PageKey Key, string Reason)> _untold = [];
    private int _reported;

    public void Add(PageKey key, string reason)
    {
        lock (_gate)
            if (_known.Add(key)) _untold.Add((key, reason));
    }

    /// <summary>The incident about those not yet told, or null.</summary>
    public Incident? Report(Instant now)
    {
        lock (_gate)
        {
            _reported = _untold.Count;
            if (_reported == 0) return null;
            var first = _untold[0];
            var entries = _untold.Sum(page => page.Key.Range.Count);
            return new Incident(now, IncidentKind.LogSalvaged, "gateway", string.Create(CultureInfo.InvariantCulture,
                $"{entries} entries in {_reported} pages of the log cannot be read, the first of them {first.Key.Range}: {first.Reason}"), entries);
        }
    }

    /// <summary>What was reported last is in the log.</summary>
    public void Told()
    {
        lock (_gate)
        {
            _untold.RemoveRange(0, _reported);
            _reported = 0;
        }
    }
}
