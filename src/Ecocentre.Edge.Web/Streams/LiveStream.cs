using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;

namespace Ecocentre.Edge.Web.Streams;

/// <summary>Shows dashboards the building: <c>now</c> once a second with values and spaces, <c>desks</c> whenever a desk changed.</summary>
/// <remarks>Only the newest is ever told, so a slow client gets fewer events, not older ones. Each picture is written once for all.</remarks>
internal sealed class LiveStream(CentreView view, DeskPicture desks, Tokens tokens, Pulse pulse)
{
    // Snapshots may come with each change of a desk; people who watch do not see more than this.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // Thousands of times in each picture.
    private static readonly JsonEncodedText Value = JsonEncodedText.Encode("v"), At = JsonEncodedText.Encode("t"), Quality = JsonEncodedText.Encode("q");

    private readonly Point[] _points = [.. view.Points.Where(point => !point.Private)];

    // Guards what follows: the newest picture, drawn into the same memory each second for as long as somebody looks on.
    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte>? _picture;
    private Instant _drawnAt;
    private int _lookers;

    /// <summary>Streams until the client goes or its token is good no more.</summary>
    internal async Task FollowAsync(PipeWriter to, TokenEntry? token, CancellationToken cancellation)
    {
        lock (_gate) _lookers++;
        try
        {
            await TellAsync(to, token, cancellation);
        }
        finally
        {
            lock (_gate)
                if (--_lookers == 0) _picture = null;
        }
    }

    private async Task TellAsync(PipeWriter to, TokenEntry? token, CancellationToken cancellation)
    {
        Instant? told = null;
        long toldSequence = -1, toldAt = 0;
        while (true)
        {
            var next = pulse.Next;
            var due = told is null || told != view.Latest().At && view.Time.GetElapsedTime(toldAt) >= Period * 0.9;
            if (due)
            {
                told = WriteNow(to);
                toldAt = view.Time.GetTimestamp();
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

    /// <returns>Of when the picture is.</returns>
    private Instant WriteNow(PipeWriter to)
    {
        lock (_gate)
        {
            var snapshot = view.Latest();
            if (_picture is null || _drawnAt != snapshot.At)
            {
                _picture ??= new ArrayBufferWriter<byte>();
                _picture.ResetWrittenCount();
                Draw(snapshot, _picture);
                _drawnAt = snapshot.At;
            }
            EventStream.Write(to, "now", _picture.WrittenSpan);
            return _drawnAt;
        }
    }

    private void Draw(Snapshot snapshot, ArrayBufferWriter<byte> picture)
    {
        using var json = new Utf8JsonWriter(picture, WebJson.Writer);
        json.WriteStartObject();
        json.WriteString("at", snapshot.At.ToString());
        json.WriteNumber("era", snapshot.Era);
        json.WriteBoolean("clockTrusted", snapshot.ClockTrusted);
        json.WriteStartObject("points");
        foreach (var point in _points)
        {
            var reading = snapshot.Latest[point.Id.Value];
            json.WriteStartObject(point.Name);
            if (double.IsFinite(reading.Value)) json.WriteNumber(Value, reading.Value);
            else json.WriteNull(Value);
            json.WriteNumber(At, reading.At.UnixMilliseconds);
            json.WriteString(Quality, WebJson.Word(reading.Quality));
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
    }
}
