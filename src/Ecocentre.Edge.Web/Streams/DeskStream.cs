using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web.Streams;

/// <summary>Tells clients of every desk change: <c>desks</c> with the whole picture to whoever begins, then <c>desk</c> for each change with its sequence
/// as id.</summary>
/// <remarks>
/// <para>A client has no queue: it has a place in the history all share, and reads on from there as fast as its connection takes it. One that comes
/// back with <c>Last-Event-ID</c> goes on where it was, up to a day later.</para>
/// <para>One that falls more than <see cref="LagMax"/> changes behind while it is connected is told so (<c>missed</c>) and gets the whole picture;
/// what it missed can be had from <c>desks/changes</c>. That is counted.</para>
/// </remarks>
internal sealed class DeskStream(CentreView view, DeskPicture picture, Tokens tokens, StreamCounts counts, Pulse pulse)
{
    /// <summary>Changes a connected client may be behind: each of 128 desks changed eight times. Older news than that help nobody to choose a
    /// desk.</summary>
    internal const int LagMax = 1_024;

    // About 16 kB at a go: a slow client is looked after again after each.
    private const int EventsAtOnceMax = 64;

    private readonly DeskFrames _frames = new(view);

    /// <summary>Streams until the client goes or its token is good no more.</summary>
    /// <param name="after">The last sequence the client knows, or null for one that begins.</param>
    internal async Task FollowAsync(PipeWriter to, TokenEntry? token, long? after, CancellationToken cancellation)
    {
        var known = Math.Max(view.DeskChanges.Head, view.Latest().DeskSequence);
        var cursor = after is { } asked ? asked <= known ? asked : Resync(to, asked, 0) : WritePicture(to);
        var (caughtUp, silentSince) = (false, view.Time.GetTimestamp());
        if (!await EventStream.SendAsync(to, view.Time, cancellation)) return;
        while (true)
        {
            var next = pulse.Next;
            var lag = view.DeskChanges.Head - cursor;
            caughtUp |= lag <= LagMax;
            if (lag <= 0)
            {
                // There is a beat every second at least, so that a revoked token and a silence are seen.
                await next.WaitAsync(cancellation);
                if (token is not null && !tokens.IsGood(token)) return;
                if (view.Time.GetElapsedTime(silentSince) < EventStream.SilenceMax) continue;
                to.Write(":\n\n"u8);
            }
            else if (caughtUp && lag > LagMax || !_frames.TryWrite(cursor, EventsAtOnceMax, to, out var last))
            {
                cursor = Resync(to, cursor, lag);
                // The picture may be a beat older than the newest change: what came since is read up on.
                caughtUp = false;
            }
            else
            {
                counts.Count(last - cursor);
                cursor = last;
            }
            silentSince = view.Time.GetTimestamp();
            // What a slow client cannot take yet waits in the history.
            if (!await EventStream.SendAsync(to, view.Time, cancellation)) return;
        }
    }

    private long Resync(PipeWriter to, long cursor, long lag)
    {
        counts.Miss(lag);
        EventStream.Write(to, "missed", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"after\":{cursor},\"missed\":{lag}}}")));
        return WritePicture(to);
    }

    private long WritePicture(PipeWriter to)
    {
        var (content, sequence) = picture.Now;
        EventStream.Write(to, "desks", content.Plain.Span, sequence);
        return sequence;
    }
}
