using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Ecocentre.Edge.Campaign.Rig;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign.Audits;

/// <summary>A real loss that nobody in the chain can know of: from some moment on the proxy before the database keeps one minute of one point to itself,
/// however often it comes, and the database says that it has it. The audit must name it, or it could not have named any other.</summary>
internal sealed partial class SwallowedWindow
{
    private readonly ConcurrentQueue<string> _lines = new();
    private string _key = "";

    private SwallowedWindow()
    {
    }

    public string Point { get; private set; } = "";

    public Instant Start { get; private set; }

    public bool IsThere => _lines.TryPeek(out _);

    [GeneratedRegex(@"^window,\S*length=1m,\S*point=([^,\s]+)\S* .*count=[1-9]\S* (\d+)$")]
    private static partial Regex Minute();

    /// <summary>Takes the first minute with readings that comes by, and from then on every line of its place.</summary>
    public static SwallowedWindow Take(DatabaseProxy proxy)
    {
        var swallowed = new SwallowedWindow();
        proxy.Judge = write => swallowed.Wants(write.Lines) ? new DatabaseAnswer.Without(swallowed.IsIt) : null;
        return swallowed;
    }

    /// <summary>Whether a finding is about it.</summary>
    public bool IsMeantBy(Finding finding) =>
        finding is { Kind: FindingKind.Lost, IsBad: true, Window: { IsMinute: true } window } && window.Point == Point && window.Start == Start;

    public override string ToString() => $"{Point} 1m {Start}";

    private bool Wants(IReadOnlyList<string> lines)
    {
        lock (_lines)
        {
            // Not the last of a batch: what is beyond the newest row of the database counts as on its way.
            if (_key == "" && lines.Take(lines.Count - 1).Select(line => Minute().Match(line)).FirstOrDefault(match => match.Success) is { } found)
            {
                (Point, Start) = (found.Groups[1].Value, new Instant(long.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture) / 1_000_000));
                _key = KeyOf(found.Value);
            }
            if (_key == "") return false;
            var mine = lines.Where(IsIt).ToArray();
            foreach (var line in mine) _lines.Enqueue(line);
            return mine.Length > 0;
        }
    }

    private bool IsIt(string line) => KeyOf(line) == _key;

    /// <summary>Measurement, tags and time.</summary>
    private static string KeyOf(string line) => $"{line[..line.IndexOf(' ')]} {line[line.LastIndexOf(' ')..]}";
}
