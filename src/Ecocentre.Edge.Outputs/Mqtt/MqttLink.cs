using System.Threading.Channels;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>A connection to an MQTT 5 broker that comes back by itself.</summary>
/// <remarks>The default implementation is <c>MosquittoLink</c>. It keeps no messages of its own: what was not acknowledged when the
/// connection went is reported as failed, and the log offers it again. All members may be called from any thread.</remarks>
public abstract class MqttLink : IAsyncDisposable
{
    public abstract bool IsConnected { get; }

    /// <summary>Why it is not connected, in words for people (refused login, certificate, no route), or null.</summary>
    public abstract string? Trouble { get; }

    /// <summary>The largest MQTT packet this broker takes, or null where it has not said.</summary>
    public virtual int? PacketBytesMax => null;

    /// <summary>Messages of the subscribed topics, in order of arrival. Bounded; when full, arrival waits (the broker is not read, and hung
    /// up on when that lasts). A PUBACK waits behind them, so whoever answers what he reads publishes on a link of his own, and never waits
    /// for the connection before he takes more.</summary>
    public abstract ChannelReader<MqttMessage> Incoming { get; }

    /// <summary>Starts connecting, and keeps trying with back-off until disposed. Returns at once; never throws for a broker that is
    /// away.</summary>
    public abstract void Start();

    /// <summary>Completes when connected and all topic filters are subscribed.</summary>
    public abstract Task WaitForConnectionAsync(CancellationToken cancellation);

    /// <summary>Completes when there is a connection newer than a known one, so that what the broker forgot can be told again.</summary>
    /// <param name="after">Number of the connection already known; 0 for none.</param>
    /// <returns>The number of the present connection, counted from 1.</returns>
    public abstract Task<long> WaitForConnectionAsync(long after, CancellationToken cancellation);

    /// <summary>Adds a topic filter at QoS 1, now and after every reconnection.</summary>
    public abstract void Subscribe(string filter);

    /// <summary>Publishes at QoS 1 and completes with the broker's PUBACK. Messages go out in the order of the calls.</summary>
    /// <returns>Null when acknowledged, else the reason in words (not connected, timed out, refused by the broker).</returns>
    public abstract ValueTask<string?> PublishAsync(MqttMessage message, CancellationToken cancellation);

    /// <summary>Makes the will of each connection, where it has to be another one each time; null for one will for all. Set before
    /// <see cref="Start"/>; called by the link's own thread, anew only after the broker took the last one. An orderly end then also asks the broker to
    /// publish it.</summary>
    /// <exception cref="NotSupportedException">This link has one will.</exception>
    public virtual Func<MqttMessage>? NextWill
    {
        get => null;
        set => throw new NotSupportedException($"{GetType().Name} has one will for all connections.");
    }

    /// <summary>Asks the broker something on a connection, and completes with its answer: by then it has read all that was published before. What it retains
    /// for the first filter is told again.</summary>
    /// <returns>Null when answered, else the reason in words.</returns>
    /// <exception cref="NotSupportedException">This link cannot ask.</exception>
    public virtual ValueTask<string?> ConfirmAsync(long connection, CancellationToken cancellation) =>
        throw new NotSupportedException($"{GetType().Name} cannot ask.");

    /// <summary>Publishes the will's message, disconnects in good order, and connects anew.</summary>
    /// <exception cref="NotSupportedException">This link cannot.</exception>
    public virtual ValueTask RenewAsync(CancellationToken cancellation) =>
        throw new NotSupportedException($"{GetType().Name} ends when it is disposed of.");

    /// <summary>Publishes several messages in their order, each as <see cref="PublishAsync"/> does, and completes when all are answered for. For many
    /// small ones: they travel together and are waited for once. Whoever awaits may go on on the link's own thread, and must not block it.</summary>
    /// <returns>For each message null when acknowledged, else the reason in words.</returns>
    public virtual async ValueTask<IReadOnlyList<string?>> PublishAllAsync(IReadOnlyList<MqttMessage> messages, CancellationToken cancellation)
    {
        var sending = new Task<string?>[messages.Count];
        for (var i = 0; i < sending.Length; i++) sending[i] = PublishAsync(messages[i], cancellation).AsTask();
        return await Task.WhenAll(sending);
    }

    /// <summary>Publishes the will's message in the name of an orderly end, disconnects and stops.</summary>
    public abstract ValueTask DisposeAsync();
}
