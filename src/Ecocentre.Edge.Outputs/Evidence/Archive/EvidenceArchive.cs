using System.Collections.Immutable;
using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>The sealed past of a centre: a folder with one file for each UTC day, never changed but for what retention takes out of it, the leaf hashes of
/// all, and texts by their content.</summary>
/// <remarks>Any thread reads. Sealing and retention belong to one thread at a time. One process writes: the one that holds the log's lock; others open it
/// for reading.</remarks>
public sealed class EvidenceArchive : IDisposable
{
    /// <summary>Most findings of damage that are remembered.</summary>
    public const int DamagedMax = 20;

    private const string Ending = ".day", BrokenEnding = ".broken";

    private readonly Lock _gate = new();
    private readonly ArchiveTexts _texts;
    private readonly LeafHashes? _stored;
    private ImmutableArray<SealedDay> _days;
    private ImmutableArray<string> _damaged = [];
    private (string Text, Instant Since)? _trouble;
    private string? _hole;

    private EvidenceArchive(string folder, ImmutableArray<SealedDay> days, IEnumerable<string> damaged, bool writing)
    {
        (Folder, _days, _damaged) = (folder, days, [.. damaged.TakeLast(DamagedMax)]);
        _texts = new ArchiveTexts(Path.Combine(folder, "texts"));
        var path = Path.Combine(folder, "leaves");
        if (writing)
        {
            _stored = new LeafHashes(path, writing: true);
            MendLeaves();
            Leaves = _stored;
        }
        else
        {
            _stored = File.Exists(path) ? new LeafHashes(path, writing: false) : null;
            Leaves = _stored is not null && _stored.Count == LeavesOf(days) && days.All(_stored.Holds) ? _stored : [.. days.SelectMany(Hashes)];
        }
    }

    public string Folder { get; }

    /// <summary>Sealed days that are there and readable, ascending.</summary>
    public IReadOnlyList<SealedDay> Days => _days;

    /// <summary>Hashes of all leaves by their index in the tree.</summary>
    public IReadOnlyList<TreeHash> Leaves { get; }

    /// <summary>Everything of the log up to this sequence is sealed; 0 while nothing is.</summary>
    public long SealedThrough => _days is [.., var last] ? last.Pending - 1 : 0;

    /// <summary>Where the archive of a log lies.</summary>
    public static string FolderOf(string logPath) => logPath + ".archive";

    /// <summary>The highest sequence that an archive which is not open tells of; 0 where none can be read.</summary>
    public static long LastOf(string folder)
    {
        try
        {
            if (!Directory.Exists(folder)) return 0;
            foreach (var path in Directory.GetFiles(folder, "*" + Ending, SearchOption.AllDirectories).OrderDescending(StringComparer.Ordinal))
            {
                try
                {
                    using var reader = DayReader.Open(path);
                    return reader.Day.Last;
                }
                catch (InvalidDataException)
                {
                    // The day before it tells of less, and that is still more than nothing.
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Opening the archive says what is wrong with it.
        }
        return 0;
    }

    /// <summary>Opens an archive for writing, making its folder if there is none. What a crash left half done is tidied away.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be opened.</exception>
    public static EvidenceArchive Open(string folder) => Open(folder, writing: true);

    /// <summary>Opens an archive beside the process that writes it, as it stands now; later days are not seen.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be read.</exception>
    public static EvidenceArchive OpenForReading(string folder) => Open(folder, writing: false);

    /// <summary>The day sealed under that date, or null.</summary>
    public SealedDay? Find(DateOnly day)
    {
        var days = _days;
        var (low, high) = (0, days.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (days[middle].Day < day) low = middle + 1;
            else high = middle;
        }
        return low < days.Length && days[low].Day == day ? days[low] : null;
    }

    /// <summary>The day that has a leaf, or null.</summary>
    public SealedDay? FindLeaf(long leaf) => _days.LastOrDefault(day => day.FirstLeaf <= leaf) is { } day && leaf < day.FirstLeaf + day.LeafCount ? day : null;

    /// <summary>Opens the file of a day for reading.</summary>
    /// <exception cref="InvalidDataException">The file is not what was written; the message names it.</exception>
    /// <exception cref="IOException">The disk does not let it be read, or it is gone.</exception>
    public DayReader Read(SealedDay day) => DayReader.Open(PathOf(day.Day));

    /// <summary>The line of a leaf.</summary>
    /// <exception cref="InvalidDataException">The day's file is not what was written.</exception>
    public string Leaf(long index)
    {
        using var reader = Read(FindLeaf(index) ?? throw new ArgumentOutOfRangeException(nameof(index)));
        return reader.Leaf(index);
    }

    /// <summary>Incidents and records sealed in days from one on, in sequence.</summary>
    /// <exception cref="InvalidDataException">A day's file is not what was written.</exception>
    public IEnumerable<LogEntry> Entries(DateOnly from)
    {
        foreach (var day in _days)
        {
            if (day.Day < from) continue;
            using var reader = Read(day);
            foreach (var entry in reader.Entries()) yield return entry;
        }
    }

    /// <summary>Days of which a UTC day's windows lie in the file: the day itself and those in which late ones were sealed.</summary>
    public IEnumerable<SealedDay> DaysWith(DateOnly day) => _days.Where(one => one.Day == day || one.OtherDays.Contains(day));

    /// <summary>Keeps a text by its content.</summary>
    /// <returns>Its SHA-256 in UTF-8, in 64 small hexadecimal digits.</returns>
    /// <exception cref="LogUnavailableException">The disk does not let it be stored.</exception>
    public string PutText(string text) => Writing(() => _texts.Put(text));

    /// <summary>The text of that SHA-256, or null when there is none that still has it.</summary>
    public string? Text(string sha) => _texts.Get(sha);

    /// <summary>Hashes of all texts.</summary>
    public IEnumerable<string> Texts() => _texts.Names();

    /// <summary>Where a companion of a day lies: <c>checkpoint</c>, <c>tsr</c>.</summary>
    public string PathOf(DateOnly day, string ending) =>
        Path.Combine(Folder, day.ToString("yyyy", CultureInfo.InvariantCulture), day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "." + ending);

    public ArchiveHealth Health()
    {
        var (days, trouble) = (_days, _trouble);
        return new ArchiveHealth(
            days.Length, days.LastOrDefault()?.Day, Leaves.Count, days.Sum(day => day.Bytes), trouble?.Text, trouble?.Since, _damaged);
    }

    /// <summary>Says why nothing can be sealed now, or with null that it can.</summary>
    public void Tell(string? trouble, Instant now)
    {
        lock (_gate) _trouble = trouble is null ? null : (trouble, _trouble?.Since ?? now);
    }

    /// <summary>Remembers damage that was found in reading.</summary>
    internal void Note(Exception damage)
    {
        lock (_gate)
            if (!_damaged.Contains(damage.Message)) _damaged = [.. _damaged.TakeLast(DamagedMax - 1), damage.Message];
    }

    public void Dispose() => _stored?.Dispose();

    internal string PathOf(DateOnly day) => PathOf(day, Ending[1..]);

    /// <summary>Begins the file of a day.</summary>
    internal DayWriter Begin(SealedDay day) => new(PathOf(day.Day), day);

    /// <summary>Takes in a day whose file is stored.</summary>
    /// <exception cref="IOException">Its hashes cannot be stored; the day counts as not sealed, and is sealed again to the same bytes.</exception>
    internal void Add(SealedDay day, IReadOnlyList<TreeHash> hashes)
    {
        // Zeros in place of hashes would be signed.
        if (_hole is not null) throw new IOException(_hole);
        _stored!.Write(day.FirstLeaf, hashes);
        lock (_gate) _days = _days.Add(day);
    }

    /// <summary>Takes in what became of a day when retention rewrote it.</summary>
    internal void Replace(SealedDay day)
    {
        lock (_gate) _days = [.. _days.Select(known => known.Day == day.Day ? day : known)];
    }

    /// <summary>Makes the file of leaf hashes agree with the days again, as far as it does not. Of a day whose file is damaged or gone, only
    /// this file knows the hashes: they stay where they are.</summary>
    internal void MendLeaves()
    {
        long next = 0;
        foreach (var day in _days)
        {
            if (day.FirstLeaf > next && _stored!.Count < day.FirstLeaf)
            {
                _hole = $"The hashes of the leaves {_stored.Count} to {day.FirstLeaf - 1} are lost: the file of their day is damaged or gone, "
                    + $"and {Folder}/leaves has not got them. Put the day's file back from a backup, and restart the gateway.";
                return;
            }
            if (!_stored!.Holds(day)) _stored.Mend(day.FirstLeaf, [.. Hashes(day)]);
            next = day.FirstLeaf + day.LeafCount;
        }
        if (_stored!.Count > LeavesOf(_days)) _stored.Cut(LeavesOf(_days));
    }

    private static long LeavesOf(ImmutableArray<SealedDay> days) => days is [.., var last] ? last.FirstLeaf + last.LeafCount : 0;

    private static EvidenceArchive Open(string folder, bool writing)
    {
        return Writing(() =>
        {
            if (writing) Directory.CreateDirectory(folder);
            var damaged = new List<string>();
            var days = new List<SealedDay>();
            var paths = Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Ending, SearchOption.AllDirectories) : [];
            Array.Sort(paths, StringComparer.Ordinal);
            foreach (var path in paths)
            {
                try
                {
                    using var reader = DayReader.Open(path);
                    days.Add(reader.Day);
                }
                catch (InvalidDataException e)
                {
                    damaged.Add(e.Message);
                    // The log still has what the newest day sealed: it is sealed again.
                    if (writing && path == paths[^1]) File.Move(path, path + BrokenEnding, overwrite: true);
                }
            }
            if (writing)
                foreach (var passing in Directory.GetFiles(folder, "*.part", SearchOption.AllDirectories)) File.Delete(passing);
            return new EvidenceArchive(Path.GetFullPath(folder), [.. days], damaged, writing);
        });
    }

    private IEnumerable<TreeHash> Hashes(SealedDay day)
    {
        using var reader = Read(day);
        foreach (var line in reader.Leaves()) yield return TreeHash.Leaf(line);
    }

    private static T Writing<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new LogUnavailableException($"The archive cannot be used: {e.Message}", e);
        }
    }
}
