using System.Collections.Concurrent;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Ingest;

namespace Ecocentre.Edge.Outputs.Tests.EndToEnd;

/// <summary>The least a gateway must do: publish its log in batches and send again what no database has acknowledged after a while.</summary>
public sealed class ResendingGateway : IAsyncDisposable
{
    private const int BatchEntries = 50;

    // Batches under way at once: so many stand in the broker or the ingest when one of them dies.
    private const int UnderWayMax = 10;

    private static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(1);

    private readonly string _centre;
    private readonly MqttLink _link;
    private readonly ConcurrentDictionary<long, long> _waiting = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _listening;

    public ResendingGateway(string centre, MqttLink link)
    {
        _centre = centre;
        _link = link;
        _link.Subscribe(new Topics(centre).Ack);
        _link.Start();
        _listening = ListenAsync();
    }

    /// <summary>Entries acknowledged by a database.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Batches published a second time or more.</summary>
    public int SentAgain { get; private set; }

    /// <summary>Publishes entries 1 to <paramref name="last"/> and returns when a database has acknowledged all of them.</summary>
    public async Task RunAsync(int last, CancellationToken deadline)
    {
        for (long first = 1; first <= last; first += BatchEntries)
        {
            while (_waiting.Count >= UnderWayMax) await ResendAsync(last, deadline);
            await SendAsync(first, last, deadline);
        }
        while (!_waiting.IsEmpty) await ResendAsync(last, deadline);
    }

    public async ValueTask DisposeAsync()
    {
        _ending.Cancel();
        await _listening;
        await _link.DisposeAsync();
    }

    private async Task ResendAsync(int last, CancellationToken deadline)
    {
        await Task.Delay(20, deadline);
        foreach (var (first, sent) in _waiting.OrderBy(batch => batch.Key))
        {
            if (TimeProvider.System.GetElapsedTime(sent) < ResendAfter) continue;
            SentAgain++;
            await SendAsync(first, last, deadline);
        }
    }

    private async Task SendAsync(long first, int last, CancellationToken deadline)
    {
        _waiting[first] = TimeProvider.System.GetTimestamp();
        // What the broker does not take is sent again like what the database does not acknowledge.
        await _link.PublishAsync(LogBatches.Message(_centre, first, Math.Min(first + BatchEntries - 1, last)), deadline);
    }

    private async Task ListenAsync()
    {
        try
        {
            await foreach (var message in _link.Incoming.ReadAllAsync(_ending.Token))
            {
                if (!Acknowledgement.TryRead(message.Payload, out var word) || !_waiting.TryRemove(word.First, out _)) continue;
                Acknowledged += (int)(word.Last - word.First + 1);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
