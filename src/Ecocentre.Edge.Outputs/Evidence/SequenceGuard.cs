using System.Globalization;
using System.Text;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>A small file beside the log that remembers how far numbering went, so that a log that lost its end, or was lost whole, never gives
/// a number twice.</summary>
/// <remarks>One line of fixed length, rewritten in place: <see cref="Known"/> with every step, left to the kernel to store; <see cref="Reserved"/>
/// rarely, synced before any number up to it is given. One thread at a time.</remarks>
internal sealed class SequenceGuard : IDisposable
{
    // Eight minutes of 400 points: a sync of its own every eight minutes costs little, and a salvaged log jumps ahead by no more.
    private const long ReserveStep = 4096;

    // A centre's id has at most 64 characters, and the line some 130 besides.
    private const int LineBytesMax = 1024;

    private const string Title = "ecocentre-edge log guard 1";

    private readonly FileStream _file;
    private readonly string _centre;

    private SequenceGuard(FileStream file, string centre)
    {
        _file = file;
        _centre = centre;
    }

    /// <summary>The newest sequence that was acknowledged, as far as the kernel stored it.</summary>
    public long Known { get; private set; }

    /// <summary>No sequence above this was ever given.</summary>
    public long Reserved { get; private set; }

    /// <summary>False when there was none, or one that could not be read.</summary>
    public bool Found { get; private init; }

    public static string PathOf(string logPath) => logPath + ".guard";

    /// <exception cref="LogRefusedException">It belongs to another centre's log.</exception>
    /// <exception cref="IOException">The disk does not let it be opened.</exception>
    public static SequenceGuard Open(string logPath, string centre)
    {
        var path = PathOf(logPath);
        // Read by others: a person may look at it.
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        try
        {
            var bytes = new byte[Math.Min(file.Length, LineBytesMax)];
            file.ReadExactly(bytes);
            if (Parse(Encoding.UTF8.GetString(bytes)) is not { } found) return new SequenceGuard(file, centre);
            if (found.Centre != centre)
                throw new LogRefusedException(
                    $"{path} belongs to the log of centre {found.Centre}, and this site is {centre}. Give each centre a path of its own.");
            return new SequenceGuard(file, centre) { Known = found.Known, Reserved = found.Reserved, Found = true };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Somebody else remembers a higher sequence than the file does.</summary>
    public void Learn(long known) => (Known, Reserved) = (Math.Max(Known, known), Math.Max(Reserved, known));

    /// <summary>What the file says, without opening it for writing; null when there is none or it is not whole.</summary>
    /// <exception cref="IOException">The disk does not let it be read.</exception>
    public static GuardLine? Read(string logPath)
    {
        var path = PathOf(logPath);
        if (!File.Exists(path)) return null;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var bytes = new byte[LineBytesMax];
        return Parse(Encoding.UTF8.GetString(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false))));
    }

    /// <summary>The file's bytes for a log whose numbering goes on after a number, whatever it holds.</summary>
    public static byte[] Bytes(string centre, long reserved) => Encoding.UTF8.GetBytes(Line(centre, reserved, reserved));

    /// <summary>Before a commit: makes sure that the numbers up to a head may be given.</summary>
    /// <exception cref="IOException">The disk does not let it be stored.</exception>
    public void Reserve(long head)
    {
        if (head <= Reserved) return;
        Write(Known, head + ReserveStep);
        _file.Flush(flushToDisk: true);
        Reserved = head + ReserveStep;
    }

    /// <summary>After a commit: remembers the head. Losing this is harmless, so a disk that refuses is left to the next step.</summary>
    public void Know(long head)
    {
        try
        {
            Write(head, Reserved);
            Known = head;
        }
        catch (IOException)
        {
            // The next step writes it again.
        }
    }

    public void Dispose() => _file.Dispose();

    private void Write(long known, long reserved)
    {
        var line = Line(_centre, known, reserved);
        _file.Position = 0;
        _file.Write(Encoding.UTF8.GetBytes(line));
        if (_file.Length > _file.Position) _file.SetLength(_file.Position);
    }

    private static string Line(string centre, long known, long reserved)
    {
        var content = string.Create(CultureInfo.InvariantCulture, $"{Title} known={known:D19} reserved={reserved:D19} centre={centre}");
        return string.Create(CultureInfo.InvariantCulture, $"{content} crc={Checksum.Of(Encoding.UTF8.GetBytes(content)):x8}\n");
    }

    private static GuardLine? Parse(string line)
    {
        if (!line.StartsWith(Title, StringComparison.Ordinal)) return null;
        var words = line.TrimEnd('\n').Split(' ').Select(word => word.Split('=', 2)).Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        if (!words.TryGetValue("centre", out var centre)) return null;
        if (!long.TryParse(words.GetValueOrDefault("known"), NumberStyles.None, CultureInfo.InvariantCulture, out var known)) return null;
        if (!long.TryParse(words.GetValueOrDefault("reserved"), NumberStyles.None, CultureInfo.InvariantCulture, out var reserved)) return null;
        return Line(centre, known, reserved) == line ? new GuardLine(centre, known, reserved) : null;
    }
}

/// <summary>What a guard says.</summary>
/// <param name="Known">The newest sequence that was acknowledged, as far as the kernel stored it.</param>
/// <param name="Reserved">No sequence above this was ever given.</param>
internal readonly record struct GuardLine(string Centre, long Known, long Reserved);
