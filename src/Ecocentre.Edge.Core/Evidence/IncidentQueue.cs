using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>Incidents on their way out of a step: each told once, and no more than the limit at a time.</summary>
internal sealed class IncidentQueue(int stepMax)
{
    // A window that is computed again finds the same incidents again; these have been told, in the window that began then.
    private readonly Dictionary<(IncidentKind, string, Instant), Instant> _told = [];
    private readonly List<Incident> _waiting = [];
    private readonly SortedDictionary<IncidentKind, int> _suppressed = [];

    internal bool IsEmpty => _waiting.Count == 0;

    /// <summary>Start of the window that is being computed.</summary>
    internal Instant Judging { get; set; }

    /// <summary>Adds an incident of a point unless the same was told before.</summary>
    internal void Add(Instant at, IncidentKind kind, Point point, Invariant text, double value)
    {
        var key = (kind, point.Name, at);
        if (!_told.TryGetValue(key, out var judged)) Add(new Incident(at, kind, point.Name, text.ToString(), value));
        _told[key] = judged > Judging ? judged : Judging;
    }

    internal void Add(Incident incident)
    {
        if (_waiting.Count < stepMax) _waiting.Add(incident);
        else _suppressed[incident.Kind] = _suppressed.GetValueOrDefault(incident.Kind) + 1;
    }

    internal ImmutableArray<Incident> Take(Instant now)
    {
        if (_waiting.Count == 0) return [];
        if (_suppressed.Count > 0)
            _waiting.Add(new Incident(now, IncidentKind.Suppressed, "gateway",
                "More incidents arose at once than are stored: " + string.Join(", ", _suppressed.Select(s => $"{s.Value} × {s.Key}")) + " were left out.",
                _suppressed.Values.Sum()));
        var taken = _waiting.ToImmutableArray();
        _waiting.Clear();
        _suppressed.Clear();
        return taken;
    }

    /// <summary>Forgets what was told in windows before <paramref name="final"/>, which are not computed again.</summary>
    internal void ForgetBefore(Instant final)
    {
        foreach (var (key, judged) in _told)
            if (judged < final) _told.Remove(key);
    }

    /// <summary>Nothing of before is computed again.</summary>
    internal void ForgetAll() => _told.Clear();

    /// <summary>Interpolated text with invariant numbers.</summary>
    [InterpolatedStringHandler]
    internal ref struct Invariant
    {
        private DefaultInterpolatedStringHandler _text;

        public Invariant(int literalLength, int formattedCount) =>
            _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture);

        public void AppendLiteral(string text) => _text.AppendLiteral(text);

        public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

        public override string ToString() => _text.ToStringAndClear();
    }
}
