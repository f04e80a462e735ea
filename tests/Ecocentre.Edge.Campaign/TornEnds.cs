using System.Globalization;
using Ecocentre.Edge.Campaign.Rig;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign;

/// <summary>The log of a killed gateway, torn at every byte of its end, and with every byte of its end turned: each time it opens, holds
/// nothing that was never so, and says what it has lost.</summary>
internal sealed class TornEnds(string log, TimeSpan time)
{
    // The last frame of SQLite's write-ahead file: a page of 4096 bytes with 24 bytes before it.
    private const int BytesMax = 4096 + 24;

    // Bytes are tried in strides, so that a short time is spread over the whole end; a prime that does not divide the frame's length reaches every one.
    private const int Stride = 1297;

    private static readonly Instant Now = Instant.From(TimeProvider.System.GetUtcNow());

    public int Tried { get; private set; }

    /// <summary>How many bytes of the end were tried, each in both ways.</summary>
    public int Bytes { get; private set; }

    public int LostSomething { get; private set; }

    public List<string> Wrong { get; } = [];

    public void Run()
    {
        var wal = log + "-wal";
        var file = File.Exists(wal) && new FileInfo(wal).Length > 0 ? wal : log;
        var whole = Read(Prepare(file, _ => { }));
        var truth = whole.Entries.ToDictionary(e => e.Sequence, e => $"{e.Fact}");
        var begun = TimeProvider.System.GetTimestamp();
        var length = new FileInfo(file).Length;
        for (var i = 0; i < BytesMax && TimeProvider.System.GetElapsedTime(begun) < time; i++)
        {
            var n = 1 + (int)((long)i * Stride % BytesMax);
            if (n > length) continue;
            Try(file, $"torn {n} bytes before its end", stream => stream.SetLength(length - n), truth);
            Try(file, $"with a byte turned {n} before its end", stream => Turn(stream, length - n), truth);
            Bytes++;
        }
    }

    private void Try(string file, string how, Action<FileStream> spoil, Dictionary<long, string> truth)
    {
        Tried++;
        try
        {
            var (entries, lost) = Read(Prepare(file, spoil));
            foreach (var entry in entries.Where(e => truth.ContainsKey(e.Sequence)))
                if (truth[entry.Sequence] != entry.Fact.ToString()) Wrong.Add($"{Path.GetFileName(file)} {how}: {entry.Sequence} is {entry.Fact}");
            var missing = truth.Keys.Except(entries.Select(e => e.Sequence)).Count();
            if (missing == 0) return;
            LostSomething++;
            if (lost is null) Wrong.Add($"{Path.GetFileName(file)} {how}: {missing} entries are lost and no incident says so");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Wrong.Add($"{Path.GetFileName(file)} {how}: {e.GetType().Name}: {e.Message}");
        }
    }

    private string Prepare(string file, Action<FileStream> spoil)
    {
        var folder = Path.Combine(Path.GetDirectoryName(log)!, "torn");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (var one in Directory.GetFiles(Path.GetDirectoryName(log)!, Path.GetFileName(log) + "*"))
            File.Copy(one, Path.Combine(folder, Path.GetFileName(one)));
        using var stream = new FileStream(Path.Combine(folder, Path.GetFileName(file)), FileMode.Open, FileAccess.ReadWrite);
        spoil(stream);
        return Path.Combine(folder, Path.GetFileName(log));
    }

    private static (IReadOnlyList<LogEntry> Entries, Incident? Lost) Read(string path)
    {
        using var opened = EvidenceLog.Open(path, Chain.Centre, LogOptions.Default, Now);
        var entries = opened.Read(0, int.MaxValue);
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
