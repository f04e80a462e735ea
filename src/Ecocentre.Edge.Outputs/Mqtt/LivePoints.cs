using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Keeps the retained <c>points/{point}</c> messages at the newest readings: what changed, at most once in <see cref="Period"/>
/// for each point, what did not, once in <see cref="Refresh"/>.</summary>
/// <remarks>
/// <para>Every message carries the time of its reading: after a reconnection to a broker that forgot everything the same values are told
/// again with the times they had. A point never read is not told. It keeps nothing but the newest picture, so a slow broker means fewer
/// messages, not older ones.</para>
/// <para>At most <see cref="UnderWayMax"/> messages are under way at once, and at most <see cref="PerSecondMax"/> begin in a second.</para>
/// </remarks>
public sealed class LivePoints
{
    /// <summary>Messages under way at once: as many as a link has places for by default. Each such batch costs one way to the broker and back, and what
    /// the log has to say meanwhile waits for that one way, since places are given in the order of asking.</summary>
    public const int UnderWayMax = 20;

    // {"v":…,"t":…,"q":"questionable","u":"…"}: 24 characters for the longest double, 20 for the longest time, and 20 more than the longest unit.
    private const int JsonBytesMax = 128;

    // People who watch do not see a second.
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly MqttLink _link;
    private readonly ImmutableArray<Point> _points;
    private readonly TimeProvider _time;
    private readonly Topics _topics;

    // As JSON texts; few units serve all points.
    private readonly Dictionary<string, byte[]> _units = new(StringComparer.Ordinal);
    private readonly List<MqttMessage> _messages = new(UnderWayMax);
    private readonly List<int> _due = new(UnderWayMax);
    private readonly Reading[] _told;

    // Never told: the least number.
    private readonly long[] _toldAt;
    private volatile Snapshot? _newest;
    private int _next;

    /// <param name="points">By their id, as in a <see cref="Snapshot"/>.</param>
    public LivePoints(Topics topics, MqttLink link, ImmutableArray<Point> points, TimeProvider time)
    {
        (_topics, _link, _points, _time) = (topics, link, points, time);
        foreach (var unit in points.Select(point => point.Quantity.Unit).Distinct(StringComparer.Ordinal))
            _units[unit] = JsonSerializer.SerializeToUtf8Bytes(unit);
        _told = new Reading[points.Length];
        _toldAt = new long[points.Length];
        Array.Fill(_toldAt, long.MinValue);
    }

    /// <summary>Shortest time between two messages of one point.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Time after which a point is told again though its value stayed the same.</summary>
    public required TimeSpan Refresh { get; init; }

    /// <summary>Messages a second at most; where more are due, points take turns.</summary>
    public int PerSecondMax { get; init; } = int.MaxValue;

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
                if (present != connection) Array.Fill(_toldAt, long.MinValue);
                connection = present;
                if (_newest is { } snapshot) await TellAsync(snapshot, cancellation);
                await Task.Delay(Together.Ahead(_time, Round), _time, cancellation);
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
        var (count, left, now) = (Math.Min(_points.Length, snapshot.Latest.Length), PerSecondMax, _time.GetTimestamp());
        for (var looked = 0; looked < count && left > 0 && _link.IsConnected; looked++)
        {
            var index = _next < count ? _next : 0;
            _next = index + 1;
            if (!IsDue(index, snapshot.Latest[index], now)) continue;
            left--;
            var point = _points[index];
            _messages.Add(new MqttMessage(_topics.Point(point.Name), Json(snapshot.Latest[index], _units[point.Quantity.Unit]), Retain: true));
            _due.Add(index);
            if (_due.Count == UnderWayMax) await TellDueAsync(snapshot, cancellation);
        }
        if (_due.Count > 0) await TellDueAsync(snapshot, cancellation);
    }

    private async Task TellDueAsync(Snapshot snapshot, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        try
        {
            var troubles = await _link.PublishAllAsync(_messages, cancellation);
            for (var i = 0; i < troubles.Count; i++)
                if (troubles[i] is null) (_told[_due[i]], _toldAt[_due[i]]) = (snapshot.Latest[_due[i]], began);
        }
        finally
        {
            _messages.Clear();
            _due.Clear();
        }
    }

    private bool IsDue(int index, in Reading reading, long now)
    {
        // Quality Missing at the epoch: not asked yet.
        if (reading.Quality == Quality.Missing && reading.At == default) return false;
        if (_toldAt[index] == long.MinValue) return true;
        ref readonly var told = ref _told[index];
        if (told.At == reading.At && told.Quality == reading.Quality) return false;
        var hasChanged = told.Quality != reading.Quality || !told.Value.Equals(reading.Value);
        return _time.GetElapsedTime(_toldAt[index], now) >= (hasChanged ? Period : Refresh);
    }

    private static byte[] Json(in Reading reading, byte[] unit)
    {
        Span<byte> json = stackalloc byte[JsonBytesMax + unit.Length];
        var length = 0;
        void Text(ReadOnlySpan<byte> text, Span<byte> to)
        {
            text.CopyTo(to[length..]);
            length += text.Length;
        }
        Text("{\"v\":"u8, json);
        int written;
        if (!double.IsFinite(reading.Value)) Text("null"u8, json);
        else if (reading.Value.TryFormat(json[length..], out written, default, CultureInfo.InvariantCulture)) length += written;
        Text(",\"t\":"u8, json);
        if (reading.At.UnixMilliseconds.TryFormat(json[length..], out written, default, CultureInfo.InvariantCulture)) length += written;
        Text(",\"q\":\""u8, json);
        Text(Word(reading.Quality), json);
        Text("\",\"u\":"u8, json);
        Text(unit, json);
        Text("}"u8, json);
        return json[..length].ToArray();
    }

    private static ReadOnlySpan<byte> Word(Quality quality) => quality switch
    {
        Quality.Good => "good"u8,
        Quality.Questionable => "questionable"u8,
        Quality.Invalid => "invalid"u8,
        _ => "missing"u8,
    };
}
