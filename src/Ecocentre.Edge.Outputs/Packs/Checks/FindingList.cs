using System.Collections.Immutable;

namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>Gathers what checks find. Any thread.</summary>
internal sealed class FindingList
{
    // Enough to see a pattern; one wrong key makes thousands.
    private const int FaultsMax = 200;

    private readonly Lock _gate = new();
    private readonly List<PackCheck> _checks = [];
    private readonly List<PackFault> _faults = [];
    private readonly List<string> _remarks = [];
    private readonly List<(string Check, string Text)> _open = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private int _leftOut;

    internal void Fault(string check, string where, string text)
    {
        lock (_gate)
        {
            _counts[check] = _counts.GetValueOrDefault(check) + 1;
            if (_faults.Count < FaultsMax) _faults.Add(new PackFault(check, where, text));
            else _leftOut++;
        }
    }

    internal void Fault(string check, PackException e) => Fault(check, e.Where, e.Text);

    internal void Remark(string text)
    {
        lock (_gate) _remarks.Add(text);
    }

    /// <summary>Something of a check cannot be settled here.</summary>
    internal void Open(string check, string text)
    {
        lock (_gate) _open.Add((check, text));
    }

    /// <summary>A check is through; it is good when it found no fault.</summary>
    internal void Done(string check, string text)
    {
        lock (_gate)
        {
            var isGood = !_counts.ContainsKey(check);
            _checks.Add(new PackCheck(check, isGood, text) { IsOpen = isGood && _open.Any(open => open.Check == check) });
        }
    }

    internal bool HasFaults(string check)
    {
        lock (_gate) return _counts.ContainsKey(check);
    }

    internal PackFindings Take(PackAbout? about)
    {
        lock (_gate) return new PackFindings(about, [.. _checks], [.. _faults], _leftOut, [.. _remarks]) { Open = [.. _open.Select(open => open.Text)] };
    }
}
