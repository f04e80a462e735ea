using System.Collections.Immutable;
using System.Text;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.HomeAssistant;

/// <summary>Tells Home Assistant what there is, and removes there what is no more: device-based MQTT discovery.</summary>
/// <remarks>
/// <para>What was told before is remembered by the broker alone, in the retained messages themselves: they are read at each connection, before anything is
/// told. So what left the site while the gateway was off is removed too. A component that is gone stays in its device's message with nothing but its
/// platform until Home Assistant is next heard to start; then it is left out. A device that is gone gets an empty message.</para>
/// <para>It works on a link of its own, of which it takes all that arrives. When Home Assistant starts (<c>{prefix}/status</c> says <c>online</c>)
/// everything is told again, at most once in <see cref="BirthRest"/>.</para>
/// <para>It never answers what others write on its topics: two gateways with the same centre's name write over each other once at each connection, and do
/// not fight.</para>
/// </remarks>
public sealed class HomeAssistantDiscovery
{
    /// <summary>Shortest time between two tellings that Home Assistant's starts ask for.</summary>
    public static readonly TimeSpan BirthRest = TimeSpan.FromSeconds(10);

    /// <summary>How long a broker may take to give back what it retains; what came until then is all that is known.</summary>
    public static readonly TimeSpan RecallMax = TimeSpan.FromSeconds(10);

    /// <summary>Wait before a message that was not taken is offered again.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    private static readonly ImmutableSortedDictionary<string, string> Nothing = ImmutableSortedDictionary<string, string>.Empty;

    private readonly MqttLink _link;
    private readonly Topics _topics;
    private readonly string _prefix, _birthTopic;
    private readonly TimeProvider _time;
    private readonly ImmutableArray<Announcement> _announcements;
    private readonly Dictionary<string, ImmutableSortedDictionary<string, string>> _leaving = new(StringComparer.Ordinal);
    private volatile string? _trouble;
    private bool _isBorn;

    /// <param name="link">The caller's to start, after this was made, and to dispose of.</param>
    /// <param name="plant">What is told of.</param>
    public HomeAssistantDiscovery(Topics topics, MqttLink link, HomeAssistantOptions options, AnnouncedPlant plant, TimeProvider time)
        : this(topics, link, options.Prefix, new Announcements(topics, plant.Name, plant.Version)
            .Make(plant.Points, plant.Spaces, options.Desks ? plant.Desks : [], plant.Instruments), time)
    {
    }

    private HomeAssistantDiscovery(Topics topics, MqttLink link, string prefix, ImmutableArray<Announcement> announcements, TimeProvider time)
    {
        (_topics, _link, _time, _announcements) = (topics, link, time, announcements);
        (_prefix, _birthTopic) = (prefix, prefix + "/status");
        link.Subscribe(Announcement.Topic(_prefix, "+"));
        link.Subscribe(_birthTopic);
        link.Subscribe(topics.Discovery);
    }

    /// <summary>Removes there all that was told of a centre under a prefix, and returns when the broker has taken that.</summary>
    /// <param name="link">Not started; the caller's to dispose of.</param>
    public static async Task ClearAsync(Topics topics, MqttLink link, string prefix, TimeProvider time, CancellationToken cancellation)
    {
        var nobody = new HomeAssistantDiscovery(topics, link, prefix, [], time);
        link.Start();
        for (long connection = 0; ;)
        {
            connection = await link.WaitForConnectionAsync(connection, cancellation);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var next = link.WaitForConnectionAsync(connection, ending.Token);
            try
            {
                // What a connection that broke had not given back is asked for on the next one.
                var known = await nobody.RecallAsync(connection, next, cancellation);
                if (await nobody.TellAsync(known, cancellation) && link.IsConnected && !next.IsCompleted) return;
            }
            finally
            {
                ending.Cancel();
                await Task.WhenAny(next);
            }
        }
    }

    /// <summary>What keeps Home Assistant from being told, in words, or null. Any thread.</summary>
    public string? Trouble => _link.IsConnected ? _trouble : _link.Trouble ?? "The broker is not connected.";

    /// <summary>Runs until cancelled, or until the link is disposed of; ends quietly then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (long connection = 0; ;)
            {
                connection = await _link.WaitForConnectionAsync(connection, cancellation);
                _isBorn = false;
                using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                var next = _link.WaitForConnectionAsync(connection, ending.Token);
                try
                {
                    await ServeAsync(connection, next, ending.Token);
                }
                finally
                {
                    ending.Cancel();
                    // Whoever waits is let go before the source is disposed of.
                    await Task.WhenAny(next);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>One connection, from what the broker remembers until there is a newer one.</summary>
    private async Task ServeAsync(long connection, Task next, CancellationToken cancellation)
    {
        var known = await RecallAsync(connection, next, cancellation);
        while (!next.IsCompleted && !await TellAsync(known, cancellation)) await PauseAsync(Retry, next, cancellation);
        while (!next.IsCompleted)
        {
            if (_isBorn)
            {
                _isBorn = false;
                if (await TellAsync(known: null, cancellation)) await ForgetLeavingAsync(cancellation);
                await PauseAsync(BirthRest, next, cancellation);
            }
            else await HearAsync(next, cancellation);
        }
    }

    /// <returns>What is retained of this centre: id, and its components with their platforms.</returns>
    private async Task<Dictionary<string, ImmutableSortedDictionary<string, string>>> RecallAsync(long connection, Task next, CancellationToken cancellation)
    {
        var known = new Dictionary<string, ImmutableSortedDictionary<string, string>>(StringComparer.Ordinal);
        // A word of our own comes back after all that the broker had for us when it was said.
        var word = $"{connection} {_time.GetTimestamp()}";
        // A broker that refuses it is listened to for the whole time.
        await _link.PublishAsync(new MqttMessage(_topics.Discovery, Encoding.UTF8.GetBytes(word)), cancellation);
        using var patience = new CancellationTokenSource(RecallMax, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            while (!next.IsCompleted && await _link.Incoming.WaitToReadAsync(either.Token))
                while (_link.Incoming.TryRead(out var message))
                {
                    if (message.Topic == _topics.Discovery && Encoding.UTF8.GetString(message.Payload.Span) == word) return known;
                    if (message.Topic == _birthTopic) HearBirth(message);
                    else if (message.Retain && IdOf(message.Topic) is { } id) known[id] = Announcement.Told(message.Payload);
                }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // What did not come until now is not removed.
        }
        return known;
    }

    /// <summary>Tells everything, and clears what is known and no more.</summary>
    /// <param name="known">What the broker retains, or null when that is what was told last.</param>
    /// <returns>Whether all of it was taken.</returns>
    private async Task<bool> TellAsync(Dictionary<string, ImmutableSortedDictionary<string, string>>? known, CancellationToken cancellation)
    {
        string? trouble = null;
        foreach (var announcement in _announcements)
        {
            if (known is not null)
            {
                var gone = known.GetValueOrDefault(announcement.Id, Nothing).RemoveRange(announcement.Components.Keys);
                if (gone.IsEmpty) _leaving.Remove(announcement.Id);
                else _leaving[announcement.Id] = gone;
            }
            trouble ??= await TellAsync(announcement.Id, announcement.Payload(_leaving.GetValueOrDefault(announcement.Id, Nothing)), cancellation);
        }
        foreach (var id in (known?.Keys ?? Enumerable.Empty<string>()).Where(id => _announcements.All(one => one.Id != id)))
            trouble ??= await TellAsync(id, ReadOnlyMemory<byte>.Empty, cancellation);
        _trouble = trouble;
        return trouble is null;
    }

    /// <summary>Home Assistant has just heard what is to be removed.</summary>
    private async Task ForgetLeavingAsync(CancellationToken cancellation)
    {
        foreach (var announcement in _announcements.Where(one => _leaving.ContainsKey(one.Id)))
            if (await TellAsync(announcement.Id, announcement.Payload(Nothing), cancellation) is null) _leaving.Remove(announcement.Id);
    }

    private ValueTask<string?> TellAsync(string id, ReadOnlyMemory<byte> payload, CancellationToken cancellation) =>
        _link.PublishAsync(new MqttMessage(Announcement.Topic(_prefix, id), payload, Retain: true), cancellation);

    /// <summary>Waits for the next message, or for a newer connection.</summary>
    private async Task HearAsync(Task next, CancellationToken cancellation)
    {
        var arrival = _link.Incoming.WaitToReadAsync(cancellation).AsTask();
        if (await Task.WhenAny(arrival, next) == next)
        {
            await next;
            return;
        }
        if (!await arrival) await next;
        while (_link.Incoming.TryRead(out var message)) HearBirth(message);
    }

    private void HearBirth(MqttMessage message)
    {
        if (message.Topic == _birthTopic) _isBorn = message.Payload.Span.SequenceEqual("online"u8);
    }

    private async Task PauseAsync(TimeSpan length, Task next, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(Task.Delay(length, _time, ending.Token), next);
        ending.Cancel();
        cancellation.ThrowIfCancellationRequested();
    }

    private string? IdOf(string topic)
    {
        var (before, after) = ($"{_prefix}/device/", "/config");
        if (!topic.StartsWith(before, StringComparison.Ordinal) || !topic.EndsWith(after, StringComparison.Ordinal)) return null;
        var id = topic[before.Length..^after.Length];
        return DiscoveryId.IsOf(_topics.Centre, id) ? id : null;
    }
}

/// <summary>What Home Assistant is told of.</summary>
/// <param name="Name">The centre's, for people.</param>
/// <param name="Version">Of the gateway.</param>
public sealed record AnnouncedPlant(string Name, string Version, ImmutableArray<Point> Points)
{
    public ImmutableArray<Space> Spaces { get; init; } = [];

    public ImmutableArray<Desk> Desks { get; init; } = [];

    public ImmutableArray<Instrument> Instruments { get; init; } = [];
}
