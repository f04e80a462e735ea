using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Ecocentre.Edge.Outputs.Mqtt.Libmosquitto;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>One connection to a broker, from the attempt to its end, on one handle of libmosquitto.</summary>
/// <remarks>Everything happens on the thread that made it, callbacks included. A handle is used for one connection only: the library would
/// otherwise send by itself what the link has long reported as failed. The library reconnects nothing and sleeps nowhere.</remarks>
internal sealed unsafe class MosquittoConnection : IDisposable
{
    // MQTT 5, 4.3: QoS 1, at least once, is what is used unless a message says otherwise.
    private const int AtLeastOnce = 1;

    // Reason code 0x04 (MQTT 5, 3.14.2.1).
    private const int DisconnectWithWill = 4;

    // A TCP port ends at 65,535, so that this one is refused before anything is sent.
    private const int ImpossiblePort = 65_536;

    // MQTT 5, 3.4.2.1: a PUBACK without a reason is the fixed header and the packet id.
    private const int AcknowledgementBytes = 4;

    // What OpenSSL and the library say about one failure is one to three lines.
    private const int LogLinesMax = 3;

    // A handshake may bring an alert in a record of its own behind what was read first.
    private const int HandshakeReadsMax = 4;

    private readonly MqttOptions _options;
    private readonly MosquittoTls? _tls;
    private readonly Dictionary<int, string> _subscribing = [];
    private readonly List<string> _log = [];
    private GCHandle _self;
    private nint _handle;
    private bool _hasSocketOpened;
    private int _lowWater = 1;
    private int _socketError;
    private int _verified = VerifyUnknown;

    public MosquittoConnection(MqttOptions options)
    {
        _options = options;
        if (options.Tls) _tls = new MosquittoTls(options);
    }

    /// <summary>Called with the id and the reason code of each PUBACK.</summary>
    public required Action<int, int> Acknowledged { get; init; }

    /// <summary>Called with each message that arrives.</summary>
    public required Action<MqttMessage> Arrived { get; init; }

    /// <summary>The broker has taken us in.</summary>
    public bool IsAccepted { get; private set; }

    /// <summary>The broker's Maximum Packet Size, or null.</summary>
    public int? PacketBytesMax { get; private set; }

    /// <summary>Subscriptions the broker has not answered.</summary>
    public int Subscribing => _subscribing.Count;

    /// <summary>Why the connection is over, in words, or null while it is not.</summary>
    public string? Ended { get; private set; }

    /// <summary>An exception of ours inside a callback, which must not unwind through C.</summary>
    public Exception? Failure { get; private set; }

    public int Socket => mosquitto_socket(_handle);

    /// <summary>Begins to connect. Looking up the name may block for as long as the system's resolver takes; nothing else does.</summary>
    public void Open(MqttMessage? will)
    {
        _self = GCHandle.Alloc(this);
        _handle = mosquitto_new(_options.ClientId, (byte)(_options.SessionExpiry is null ? 1 : 0), GCHandle.ToIntPtr(_self));
        if (_handle == 0)
        {
            Ended = $"libmosquitto takes no client id \"{_options.ClientId}\".";
            return;
        }
        if (SetOptions(will) && (_tls is null || SetTls(_tls)))
        {
            SetCallbacks();
            Connect();
        }
    }

    /// <summary>Asks the broker for a topic filter at QoS 1.</summary>
    /// <returns>What <see cref="Acknowledged"/> will name too, or null when the connection has ended.</returns>
    public int? Subscribe(string filter)
    {
        var code = mosquitto_subscribe_v5(_handle, out var id, filter, AtLeastOnce, 0, 0);
        if (code == Success) _subscribing[id] = filter;
        else End($"Cannot subscribe to {filter}: {Words(code, 0)}");
        return code == Success ? id : null;
    }

    /// <summary>Hands a message to the broker.</summary>
    /// <param name="id">What <see cref="Acknowledged"/> will name.</param>
    /// <returns>Null when it is under way, else why this message cannot be sent. The connection may have ended.</returns>
    public string? Publish(MqttMessage message, out int id)
    {
        id = 0;
        nint properties = 0;
        try
        {
            // Most messages have none, and an empty list is walked through at some cost.
            for (var i = 0; i < (message.UserProperties?.Count ?? 0); i++)
            {
                var (name, value) = message.UserProperties![i];
                var added = name.Contains('\0') || value.Contains('\0')
                    ? MalformedUtf8
                    : mosquitto_property_add_string_pair(ref properties, PropertyUserProperty, name, value);
                if (added != Success) return $"The user property {name} cannot be sent: {Words(added, 0)}";
            }
            if (message.Topic.Contains('\0')) return "The topic cannot be sent: it holds a zero.";
            int code;
            fixed (byte* payload = message.Payload.Span)
                code = mosquitto_publish_v5(
                    _handle, out id, message.Topic, message.Payload.Length, payload, message.AtMostOnce ? 0 : AtLeastOnce, (byte)(message.Retain ? 1 : 0),
                    properties);
            switch (code)
            {
                case Success:
                    return null;
                case OversizePacket:
                    return $"The broker takes packets of at most {PacketBytesMax} bytes; this message to {message.Topic} is larger.";
                case OutOfMemory or Invalid or PayloadSize or MalformedUtf8 or QosNotSupported:
                    return $"The message to {message.Topic} cannot be sent: {Words(code, 0)}";
                default:
                    End(Words(code, 0));
                    return Ended;
            }
        }
        finally
        {
            if (properties != 0) mosquitto_property_free_all(ref properties);
        }
    }

    /// <summary>Has the kernel hold back what does not fill a packet, or send it: TCP_CORK of tcp(7).</summary>
    /// <returns>Whether it did.</returns>
    public bool Hold(bool isHeld)
    {
        var socket = Socket;
        var value = isHeld ? 1 : 0;
        return socket >= 0 && Doorbell.setsockopt(socket, Doorbell.ProtocolTcp, Doorbell.TcpCork, &value, sizeof(int)) == 0;
    }

    /// <summary>Has the kernel acknowledge at once what was read (TCP_QUICKACK of tcp(7), once). A broker that writes each PUBACK by itself, as mosquitto
    /// does, otherwise holds the second one back until the first is acknowledged, and the kernel that acknowledgement for 40 ms.</summary>
    public void AcknowledgeAtOnce()
    {
        var (socket, one) = (Socket, 1);
        if (socket >= 0) _ = Doorbell.setsockopt(socket, Doorbell.ProtocolTcp, Doorbell.TcpQuickAck, &one, sizeof(int));
    }

    /// <summary>Has the kernel wake us when so many messages can have been acknowledged, and not for each (SO_RCVLOWAT of socket(7)). A broker writes each
    /// PUBACK by itself.</summary>
    /// <returns>Whether fewer may now have come without a wake-up.</returns>
    public bool AwaitAcknowledgements(int count)
    {
        // Records of TLS are longer than what is in them.
        var bytes = _tls is null ? Math.Max(1, count * AcknowledgementBytes) : 1;
        var socket = Socket;
        if (bytes != _lowWater && socket >= 0
            && Doorbell.setsockopt(socket, Doorbell.SocketLevel, Doorbell.ReceiveLowWater, &bytes, sizeof(int)) == 0) _lowWater = bytes;
        return _lowWater > 1;
    }

    /// <summary>What the socket has to be waited for.</summary>
    /// <param name="read">False to leave what arrives with the broker.</param>
    public short Interest(bool read)
    {
        // Until TLS is through, the library says that it wants to write even while only the other side can go on.
        if (_tls is not null && !IsAccepted) return (short)(_hasSocketOpened ? Doorbell.Readable | Doorbell.PeerClosed : Doorbell.Writable);
        return (short)((read ? Doorbell.Readable : 0) | (mosquitto_want_write(_handle) != 0 ? Doorbell.Writable : 0));
    }

    /// <summary>Does what the socket is ready for, and what is due by time.</summary>
    public void Step(short ready, bool read)
    {
        var shaking = _tls is not null && !IsAccepted;
        if (shaking || (ready & (Doorbell.Readable | Doorbell.Broken)) != 0)
        {
            // Nothing more is wanted and nothing more will come.
            if (!read && (ready & Doorbell.Broken) != 0) End("The connection broke.");
            else Check(mosquitto_loop_read(_handle, 1));
            // A refused connection passes here as success, and the socket tells its error only once.
            if (shaking && _socketError == 0) _socketError = Refusal(Marshal.GetLastPInvokeError());
        }
        _hasSocketOpened |= ready != 0;
        if (Ended is null && (shaking || (ready & Doorbell.Writable) != 0)) Check(mosquitto_loop_write(_handle, 1));
        if (Ended is null && shaking && (ready & (Doorbell.Broken | Doorbell.PeerClosed)) != 0) FinishHandshake();
        if (Ended is null) Check(mosquitto_loop_misc(_handle));
        if (Failure is not null) Ended ??= "BUG: " + Failure.Message;
    }

    /// <summary>Says goodbye, so that the broker does not publish the will.</summary>
    /// <returns>Whether the goodbye still has to be written by <see cref="Step"/>.</returns>
    /// <param name="withWill">The broker is asked to publish it all the same.</param>
    public bool Disconnect(bool withWill)
    {
        if (Ended is null) _ = mosquitto_disconnect_v5(_handle, withWill ? DisconnectWithWill : 0, 0);
        return Ended is null && Socket >= 0 && mosquitto_want_write(_handle) != 0;
    }

    public void End(string reason) => Ended ??= reason;

    public void Dispose()
    {
        if (_handle != 0) mosquitto_destroy(_handle);
        _handle = 0;
        if (_self.IsAllocated) _self.Free();
    }

    private bool SetOptions(MqttMessage? will)
    {
        _ = mosquitto_int_option(_handle, OptionProtocolVersion, ProtocolV5);
        _ = mosquitto_int_option(_handle, OptionTcpNoDelay, 1);
        _ = mosquitto_int_option(_handle, OptionSendMaximum, _options.InFlightMax);
        _ = mosquitto_int_option(_handle, OptionReceiveMaximum, _options.InFlightMax);
        var code = Success;
        if (_options.User is not null) code = mosquitto_username_pw_set(_handle, _options.User, _options.Password);
        if (code != Success) End($"The user name cannot be sent: {Words(code, 0)}");
        if (will is null || Ended is not null) return Ended is null;
        fixed (byte* payload = will.Payload.Span)
            code = mosquitto_will_set(_handle, will.Topic, will.Payload.Length, payload, AtLeastOnce, (byte)(will.Retain ? 1 : 0));
        if (code != Success) End($"The will to {will.Topic} cannot be sent: {Words(code, 0)}");
        return Ended is null;
    }

    private bool SetTls(MosquittoTls tls)
    {
        if (tls.Set(_handle) is { } trouble) End(trouble);
        return Ended is null;
    }

    private void SetCallbacks()
    {
        mosquitto_log_callback_set(_handle, &Log);
        mosquitto_connect_v5_callback_set(_handle, &ConnectAnswered);
        mosquitto_disconnect_v5_callback_set(_handle, &Disconnected);
        mosquitto_publish_v5_callback_set(_handle, &PublishAnswered);
        mosquitto_message_v5_callback_set(_handle, &MessageArrived);
        mosquitto_subscribe_v5_callback_set(_handle, &SubscribeAnswered);
    }

    private void Connect()
    {
        var keepAlive = (int)_options.KeepAlive.TotalSeconds;
        if (_options.SessionExpiry is { } expiry)
        {
            // Only the blocking call takes properties, but the other one sends those it finds. The blocking call keeps them before it
            // refuses the port.
            nint properties = 0;
            _ = mosquitto_property_add_int32(ref properties, PropertySessionExpiryInterval, (uint)Math.Min(expiry.TotalSeconds, uint.MaxValue));
            _ = mosquitto_connect_bind_v5(_handle, _options.Broker.Host, ImpossiblePort, keepAlive, null, properties);
            mosquitto_property_free_all(ref properties);
        }
        var code = mosquitto_connect_bind_async(_handle, _options.Broker.IdnHost.Trim('[', ']'), _options.Port, keepAlive, null);
        // TLS writes at once, and that may be what hears of the refusal.
        if (_tls is not null) _socketError = Refusal(Marshal.GetLastPInvokeError());
        if (code == NameLookup) End("The name cannot be looked up.");
        else Check(code);
    }

    private void Check(int code)
    {
        if (Ended is not null) return;
        if (code > Success) End(Explain(code, Marshal.GetLastPInvokeError()));
        else if (Socket < 0) End("The broker ended the connection.");
    }

    /// <summary>The other side has closed: reads what it said before, such as an alert.</summary>
    private void FinishHandshake()
    {
        for (var i = 0; i < HandshakeReadsMax && Ended is null && !IsAccepted; i++) Check(mosquitto_loop_read(_handle, 1));
        if (IsAccepted || Ended is not null) return;
        End(_socketError != 0 ? Words(SystemError, _socketError) : "The broker closed the connection instead of agreeing on TLS.");
    }

    /// <summary>The system error of a connection that could not be made; 0 for what only says that it is not made yet.</summary>
    private static int Refusal(int systemError)
    {
        // errno(3) of Linux: EAGAIN, ENOTCONN, EALREADY, EINPROGRESS
        return systemError is 11 or 107 or 114 or 115 ? 0 : systemError;
    }

    private string Explain(int code, int systemError)
    {
        var words = code switch
        {
            KeepAliveExceeded => $"The broker has not answered for {2 * _options.KeepAlive.TotalSeconds} s.",
            ConnectionLost => "The connection was lost.",
            _ => Words(code, systemError),
        };
        return _log.Count == 0 ? words : $"{_tls?.Remedy(_log, _verified)}{string.Join("; ", _log)}";
    }

    private static MosquittoConnection Of(nint context) => (MosquittoConnection)GCHandle.FromIntPtr(context).Target!;

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            Failure ??= exception;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Log(nint handle, nint context, int level, byte* text)
    {
        var connection = Of(context);
        if (level != LogError || connection._log.Count >= LogLinesMax) return;
        connection.Guard(() => connection._log.Add(Marshal.PtrToStringUTF8((nint)text) ?? ""));
        // The library lets go of the certificate's fate before it returns.
        if (connection._tls is not null && connection._verified == VerifyUnknown) connection._verified = VerifyResult(handle);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ConnectAnswered(nint handle, nint context, int reason, int flags, nint properties)
    {
        var connection = Of(context);
        connection.Guard(() =>
        {
            if (reason != 0)
            {
                connection.End($"The broker refuses the client {connection._options.ClientId}" +
                    (connection._options.User is { } user ? $" with user {user}" : "") + $": {Reason(reason)}.");
                return;
            }
            if (properties != 0 && mosquitto_property_read_int32(properties, PropertyMaximumPacketSize, out var size, 0) != 0)
                connection.PacketBytesMax = (int)Math.Min(size, int.MaxValue);
            connection.IsAccepted = true;
            // From here on the library would only put into words each packet that comes and goes, which takes longer than the packet.
            mosquitto_log_callback_set(connection._handle, null);
        });
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Disconnected(nint handle, nint context, int code, nint properties)
    {
        var systemError = Marshal.GetLastSystemError();
        var connection = Of(context);
        // The library hands over its own error codes and the broker's reason codes through one parameter; reasons begin at 128.
        connection.Guard(() => connection.End(code switch
        {
            0 => "The broker ended the connection.",
            >= ReasonFailure => $"The broker ended the connection: {Reason(code)}.",
            _ => connection.Explain(code, systemError),
        }));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void PublishAnswered(nint handle, nint context, int id, int reason, nint properties)
    {
        var connection = Of(context);
        try
        {
            connection.Acknowledged(id, reason);
        }
        catch (Exception exception)
        {
            connection.Failure ??= exception;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SubscribeAnswered(nint handle, nint context, int id, int count, int* granted, nint properties)
    {
        var connection = Of(context);
        connection.Guard(() =>
        {
            if (!connection._subscribing.Remove(id, out var filter)) return;
            if (count > 0 && granted[0] >= ReasonFailure) connection.End($"The broker refuses the subscription to {filter}: {Reason(granted[0])}.");
            else connection.Acknowledged(id, 0);
        });
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void MessageArrived(nint handle, nint context, Message* message, nint properties)
    {
        var connection = Of(context);
        try
        {
            var topic = Marshal.PtrToStringUTF8((nint)message->Topic) ?? "";
            var payload = new ReadOnlySpan<byte>(message->Payload, message->PayloadLength).ToArray();
            connection.Arrived(new MqttMessage(topic, payload, message->Retain != 0, UserProperties(properties)));
        }
        catch (Exception exception)
        {
            connection.Failure ??= exception;
        }
    }

    private static List<KeyValuePair<string, string>>? UserProperties(nint properties)
    {
        List<KeyValuePair<string, string>>? list = null;
        var at = properties;
        while (at != 0)
        {
            // After the first, the search begins behind the one found last.
            at = mosquitto_property_read_string_pair(at, PropertyUserProperty, out var name, out var value, (byte)(list is null ? 0 : 1));
            if (at == 0) break;
            list ??= [];
            list.Add(new(Marshal.PtrToStringUTF8((nint)name) ?? "", Marshal.PtrToStringUTF8((nint)value) ?? ""));
            NativeMemory.Free(name);
            NativeMemory.Free(value);
        }
        return list;
    }
}
