using System.Buffers;
using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Web.Answers;

namespace Ecocentre.Edge.Web.Streams;

/// <summary>The newest desk changes as events ready for the wire, each written once however many clients are told.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class DeskFrames(CentreView view)
{
    // A power of two, and twice what a client may lag behind: whoever is not told to begin anew finds what it needs here.
    private const int FramesMax = 2 * DeskStream.LagMax;

    private readonly Frame?[] _frames = new Frame?[FramesMax];

    /// <summary>Writes events after a sequence.</summary>
    /// <param name="countMax">Most events to write.</param>
    /// <param name="last">Sequence of the last one written; <paramref name="after"/> when there was none.</param>
    /// <returns>False when changes after it are forgotten, or it was never given.</returns>
    internal bool TryWrite(long after, int countMax, IBufferWriter<byte> to, out long last)
    {
        last = after;
        var head = view.DeskChanges.Head;
        if (after > head) return false;
        for (var until = Math.Min(head, after + countMax); last < until; last++)
        {
            if (Find(last + 1) is not { } frame) return TryEncode(until, head, to, ref last);
            to.Write(frame.Bytes);
        }
        return true;
    }

    private Frame? Find(long sequence) =>
        Volatile.Read(ref _frames[sequence & FramesMax - 1]) is { } frame && frame.Sequence == sequence ? frame : null;

    /// <summary>Writes what is not there ready, and keeps it for the others unless it is of long ago.</summary>
    private bool TryEncode(long until, long head, IBufferWriter<byte> to, ref long last)
    {
        var changes = view.DeskChanges.After(last, (int)(until - last));
        if (!changes.IsGapless) return false;
        foreach (var change in changes.Changes)
        {
            var frame = Find(change.Sequence) ?? Encode(change);
            to.Write(frame.Bytes);
            last = change.Sequence;
            if (last > head - FramesMax) Volatile.Write(ref _frames[last & FramesMax - 1], frame);
        }
        return true;
    }

    private Frame Encode(in DeskStatus change)
    {
        // An event of usual names takes some 280 bytes.
        var content = new ArrayBufferWriter<byte>(320);
        content.Write(Encoding.UTF8.GetBytes($"id: {change.Sequence}\nevent: desk\ndata: "));
        using (var json = new Utf8JsonWriter(content, WebJson.Writer)) DeskJson.Write(json, view.Desks[change.Desk], change);
        content.Write("\n\n"u8);
        return new Frame(change.Sequence, content.WrittenSpan.ToArray());
    }

    private sealed record Frame(long Sequence, byte[] Bytes);
}
