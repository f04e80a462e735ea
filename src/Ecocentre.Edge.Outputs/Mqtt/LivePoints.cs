using System.Collections.Immutable;
using System.Text.Json;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Keeps the retained <c>points/{point}</c> messages at the newest readings: what changed, at most once in <see cref="Period"/>
/// for each point, what did not, once in <see cref="Refresh"/>.</summary>
/// <remarks>
/// <para>Every message carries the time of its reading: after a reconnection to a broker that forgot everything the same values are told
/// again with the times they had. A point never read is not told. It keeps nothing but the newest picture, so a slow broker means fewer
/// messages, not older ones.</para>
/// <para>At most <see cref="UnderWayMax"/> messages are under way at once, which leaves the other places of the link to the log.</para>
/// </remarks>
public sealed class LivePoints
{
    /// <summary>Messages under way at once: a fifth of what a link has places for by default.</summary>
    public const int UnderWayMax = 4;

    // People who watch do not see a second.
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly MqttLink _link;
    private readonly ImmutableArray<Point> _points;
    private readonly TimeProvider _time;
    private readonly string[] _topicByPoint;
    private readonly Reading?[] _told;
    private readonly long[] _toldAt;
    private volatile Snapshot? _newest;

    /// <param name="points">By their id, as in a <see cref="Snapshot"/>.</param>
    public LivePoints(Topics topics, MqttLink link, ImmutableArray<Point> points, TimeProvider time)
    {
        (_link, _points, _time) = (link, points, time);
        _topicByPoint = [.. points.Select(point => topics.Point(point.Name))];
        _told = new Reading?[points.Length];
        _toldAt = new long[points.Length];
    }

    /// <summary>Shortest time between two messages of one point.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Time after which a point is told again though its value stayed the same.</summary>
    public required TimeSpan Refresh { get; init; }

    /// <summary>Hands over a newer picture. Any thread; returns at once.</summary>
    public void Show(Snapshot snapshot) => _newest = snapshot;

    /// <summary>Runs until cancelled, or until the link is disposed of; ends quietly then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (long connection = 0; ;)
            {
                var present = await _link.WaitForConnectionAsync(0, cancellation);
                if (present != connection) Array.Clear(_told);
                connection = present;
                if (_newest is { } snapshot) await TellAsync(snapshot, cancellation);
                await Task.Delay(Round, _time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private async Task TellAsync(Snapshot snapshot, CancellationToken cancellation)
    {
        var underWay = new List<Task>(UnderWayMax);
        for (var index = 0; index < Math.Min(_points.Length, snapshot.Latest.Length) && _link.IsConnected; index++)
        {
            if (!IsDue(index, snapshot.Latest[index])) continue;
            underWay.Add(TellAsync(index, snapshot.Latest[index], cancellation));
            if (underWay.Count < UnderWayMax) continue;
            var done = await Task.WhenAny(underWay);
            underWay.Remove(done);
            await done;
        }
        await Task.WhenAll(underWay);
    }

    private bool IsDue(int index, in Reading reading)
    {
        // Quality Missing at the epoch: not asked yet.
        if (reading.Quality == Quality.Missing && reading.At == default) return false;
        if (_told[index] is not { } told) return true;
        if (told.At == reading.At && told.Quality == reading.Quality) return false;
        var hasChanged = told.Quality != reading.Quality || !told.Value.Equals(reading.Value);
        return _time.GetElapsedTime(_toldAt[index]) >= (hasChanged ? Period : Refresh);
    }

    private async Task TellAsync(int index, Reading reading, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        var message = new MqttMessage(_topicByPoint[index], Json(reading, _points[index].Quantity.Unit), Retain: true);
        if (await _link.PublishAsync(message, cancellation) is not null) return;
        (_told[index], _toldAt[index]) = (reading, began);
    }

    private static byte[] Json(in Reading reading, string unit)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            if (double.IsFinite(reading.Value)) json.WriteNumber("v", reading.Value);
            else json.WriteNull("v");
            json.WriteNumber("t", reading.At.UnixMilliseconds);
            json.WriteString("q", Word(reading.Quality));
            json.WriteString("u", unit);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static string Word(Quality quality) => quality switch
    {
        Quality.Good => "good",
        Quality.Questionable => "questionable",
        Quality.Invalid => "invalid",
        _ => "missing",
    };
}
