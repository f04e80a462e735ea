using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Messages that have arrived and wait to be taken, bounded by number and by bytes.</summary>
/// <remarks>One thread adds; any thread takes. The adder asks <see cref="IsFull"/> before it lets more arrive; what one more reading brings
/// still finds a place.</remarks>
internal sealed class IncomingMessages : ChannelReader<MqttMessage>
{
    // The record, its string and its array have headers of some tens of bytes each; a message is never free.
    private const int OverheadBytes = 128;

    // The library may deliver all messages of a TLS record (16 KiB) at one reading; the shortest takes some 16 bytes.
    private const int ReadingMax = 1_024;

    private readonly Channel<MqttMessage> _messages;
    private readonly int _countMax;
    private readonly int _bytesMax;
    private readonly Action _roomAgain;
    private long _bytes;
    private volatile bool _wanted;

    /// <param name="roomAgain">Called on the taker's thread when <see cref="HasRoom"/> becomes true after <see cref="WantRoom"/>.</param>
    public IncomingMessages(int countMax, int bytesMax, Action roomAgain)
    {
        _countMax = countMax;
        _bytesMax = bytesMax;
        _roomAgain = roomAgain;
        _messages = Channel.CreateBounded<MqttMessage>(new BoundedChannelOptions(countMax + ReadingMax) { SingleWriter = true });
    }

    public bool IsFull => _messages.Reader.Count >= _countMax || Volatile.Read(ref _bytes) >= _bytesMax;

    /// <summary>Half empty, so that reading the broker again is worth its while.</summary>
    public bool HasRoom => _messages.Reader.Count <= _countMax / 2 && Volatile.Read(ref _bytes) <= _bytesMax / 2;

    public override bool CanCount => true;

    public override int Count => _messages.Reader.Count;

    public override bool CanPeek => true;

    public override Task Completion => _messages.Reader.Completion;

    /// <returns>False when there is no place at all.</returns>
    public bool TryAdd(MqttMessage message)
    {
        Interlocked.Add(ref _bytes, Bytes(message));
        if (_messages.Writer.TryWrite(message)) return true;
        Interlocked.Add(ref _bytes, -Bytes(message));
        return false;
    }

    /// <summary>Asks to be told of room.</summary>
    public void WantRoom() => _wanted = true;

    public void Complete() => _messages.Writer.TryComplete();

    public override bool TryPeek([MaybeNullWhen(false)] out MqttMessage item) => _messages.Reader.TryPeek(out item);

    public override bool TryRead([MaybeNullWhen(false)] out MqttMessage item)
    {
        if (!_messages.Reader.TryRead(out item)) return false;
        Interlocked.Add(ref _bytes, -Bytes(item));
        if (_wanted && HasRoom)
        {
            _wanted = false;
            _roomAgain();
        }
        return true;
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
        _messages.Reader.WaitToReadAsync(cancellationToken);

    private static long Bytes(MqttMessage message) => message.Payload.Length + 2L * message.Topic.Length + OverheadBytes;
}
