using System.Globalization;
using Ecocentre.Edge.Campaign.Rig;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign;

/// <summary>The log of a killed gateway, torn at every byte of its end, and with every byte of its end turned: each time it opens, holds
/// nothing that was never so, and says what it has lost.</summary>
internal sealed class TornEnds(string log)
{
    // The last frame of SQLite's write-ahead file: a page of 4096 bytes with its header.
    private const int BytesMax = 4096 + WriteAhead.FrameHeaderBytes;

    // A page of the log holds one step, which is some hundred entries here. Damage at the end can take the last steps; that it takes nothing before them
    // is looked at with every WholeStride-th byte, because reading all of a long log takes longer than opening it.
    private const int TailEntries = 2_000, WholeStride = 64;

    // A machine that is not idle opens a log in 20 ms, and this one has to be opened twice a byte: beyond this something hangs.
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(20);

    private static readonly Instant Now = Instant.From(TimeProvider.System.GetUtcNow());

    private readonly Dictionary<long, LogFact> _truth = [];
    private readonly string _folder = Path.Combine(Path.GetDirectoryName(log)!, "torn");
    private readonly string _file = log + "-wal" is var wal && File.Exists(wal) && new FileInfo(wal).Length > 0 ? wal : log;
    private string[] _whole = [];

    public int Tried { get; private set; }

    /// <summary>How many bytes of the end were tried, each in both ways.</summary>
    public int Bytes { get; private set; }

    public int LostSomething { get; private set; }

    public List<string> Wrong { get; } = [];

    public void Run()
    {
        _whole = Directory.GetFiles(Path.GetDirectoryName(log)!, Path.GetFileName(log) + "*");
        var end = _file == log ? new FileInfo(log).Length : WriteAhead.End(_file);
        foreach (var entry in Read(Prepare(_ => { }), 0).Entries) _truth[entry.Sequence] = entry.Fact;
        var begun = TimeProvider.System.GetTimestamp();
        for (var n = 1; n <= Math.Min(BytesMax, end); n++)
        {
            var at = end - n;
            Try($"torn {n} bytes before its end", stream => stream.SetLength(at), n);
            Try($"with a byte turned {n} before its end", stream => Turn(stream, at), n);
            Bytes++;
            if (TimeProvider.System.GetElapsedTime(begun) < TimeMax) continue;
            Wrong.Add(string.Create(CultureInfo.InvariantCulture, $"Only {n} of the log's last {BytesMax} bytes could be tried in {TimeMax.TotalMinutes} minutes."));
            return;
        }
    }

    private void Try(string how, Action<FileStream> spoil, int n)
    {
        Tried++;
        var after = n % WholeStride == 1 ? 0 : Math.Max(0, _truth.Keys.DefaultIfEmpty().Max() - TailEntries);
        try
        {
            var (entries, lost) = Read(Prepare(spoil), after);
            foreach (var entry in entries.Where(e => _truth.TryGetValue(e.Sequence, out var fact) && !fact.Equals(e.Fact)))
                Wrong.Add($"{Path.GetFileName(_file)} {how}: {entry.Sequence} is {entry.Fact}");
            var missing = _truth.Keys.Where(sequence => sequence > after).Except(entries.Select(e => e.Sequence)).Count();
            if (missing == 0) return;
            LostSomething++;
            if (lost is null) Wrong.Add($"{Path.GetFileName(_file)} {how}: {missing} entries are lost and no incident says so");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Wrong.Add($"{Path.GetFileName(_file)} {how}: {e.GetType().Name}: {e.Message}");
        }
    }

    private string Prepare(Action<FileStream> spoil)
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        Directory.CreateDirectory(_folder);
        foreach (var one in _whole) File.Copy(one, Path.Combine(_folder, Path.GetFileName(one)));
        using var stream = new FileStream(Path.Combine(_folder, Path.GetFileName(_file)), FileMode.Open, FileAccess.ReadWrite);
        spoil(stream);
        return Path.Combine(_folder, Path.GetFileName(log));
    }

    private static (IReadOnlyList<LogEntry> Entries, Incident? Lost) Read(string path, long after)
    {
        using var opened = EvidenceLog.Open(path, Chain.Centre, LogOptions.Default, Now);
        var entries = opened.Read(after, int.MaxValue);
        return (entries, opened.Lost ?? entries.Select(e => e.Fact).OfType<IncidentFact>().Select(f => f.Incident)
            .LastOrDefault(i => i.Kind == IncidentKind.LogSalvaged && i.At == Now));
    }

    private static void Turn(FileStream stream, long at)
    {
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ 0x5A));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Tried} logs spoiled at {Bytes} of their last {BytesMax} bytes, {LostSomething} had lost entries and said so, {Wrong.Count} wrong");
}
