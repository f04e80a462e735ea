using System.IO.Pipelines;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;

namespace Ecocentre.Edge.Web.Streams;

/// <summary>Shows dashboards the building: <c>now</c> once a second with values and spaces, <c>desks</c> whenever a desk changed.</summary>
/// <remarks>Only the newest is ever told, so a slow client gets fewer events, not older ones. Each picture is written once for all.</remarks>
internal sealed class LiveStream(CentreView view, DeskPicture desks, Tokens tokens, Pulse pulse)
{
    // Snapshots may come with each change of a desk; people who watch do not see more than this.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Point[] _points = [.. view.Points.Where(point => !point.Private)];
    private volatile Drawn? _newest;

    /// <summary>Streams until the client goes or its token is good no more.</summary>
    internal async Task FollowAsync(PipeWriter to, TokenEntry? token, CancellationToken cancellation)
    {
        Drawn? told = null;
        long toldSequence = -1, toldAt = 0;
        while (true)
        {
            var next = pulse.Next;
            var snapshot = view.Latest();
            var due = told is null || told.At != snapshot.At && view.Time.GetElapsedTime(toldAt) >= Period * 0.9;
            if (due)
            {
                told = Draw(snapshot);
                toldAt = view.Time.GetTimestamp();
                EventStream.Write(to, "now", told.Content.Span);
            }
            var (content, sequence) = desks.Now;
            if (sequence != toldSequence && view.Desks.Length > 0)
            {
                EventStream.Write(to, "desks", content.Plain.Span);
                toldSequence = sequence;
            }
            else if (!due)
            {
                await next.WaitAsync(cancellation);
                if (token is not null && !tokens.IsGood(token)) return;
                continue;
            }
            if (!await EventStream.SendAsync(to, view.Time, cancellation)) return;
        }
    }

    private Drawn Draw(Snapshot snapshot)
    {
        if (_newest is { } newest && newest.At == snapshot.At) return newest;
        var content = Representation.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("at", snapshot.At.ToString());
            json.WriteNumber("era", snapshot.Era);
            json.WriteBoolean("clockTrusted", snapshot.ClockTrusted);
            json.WriteStartObject("points");
            foreach (var point in _points)
            {
                var reading = snapshot.Latest[point.Id.Value];
                json.WriteStartObject(point.Name);
                if (double.IsFinite(reading.Value)) json.WriteNumber("v", reading.Value);
                else json.WriteNull("v");
                json.WriteNumber("t", reading.At.UnixMilliseconds);
                json.WriteString("q", WebJson.Word(reading.Quality));
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteStartObject("spaces");
            foreach (var space in snapshot.Spaces)
            {
                json.WriteStartObject(view.Spaces[space.Space].Id);
                json.WriteNumber("desks", space.Desks);
                json.WriteNumber("occupied", space.Occupied);
                json.WriteNumber("free", space.Free);
                json.WriteNumber("unknown", space.Unknown);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        });
        var drawn = new Drawn(snapshot.At, content.Plain);
        _newest = drawn;
        return drawn;
    }

    private sealed record Drawn(Time.Instant At, ReadOnlyMemory<byte> Content);
}
