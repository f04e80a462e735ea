using System.Buffers;
using System.Text;
using Ecocentre.Edge.Outputs.Mqtt;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Ecocentre.Edge.IotPackages.Mqtt;

/// <summary>One connection to a broker by MQTTnet, from the attempt to its end. Any thread; what fails ends it, with the reason in
/// words.</summary>
internal sealed class MqttNetConnection : IDisposable
{
    // MQTT 5, 3.3.1: packet type and flags, the longest length, the topic's length, the packet id, the longest properties' length.
    private const int PublishHeaderBytesMax = 1 + 4 + 2 + 2 + 4;

    // MQTT 5, 2.2.2.2: a user property is its identifier and two strings, each with a length of two bytes.
    private const int UserPropertyBytes = 1 + 2 + 2;

    private readonly MqttOptions _options;
    private readonly MqttMessage? _will;
    private readonly TimeProvider _time;
    private readonly MqttNetTls? _tls;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _lock = new();
    private string? _ended;
    private TimeSpan _pingPeriod;
    private int _timeoutsInRow;
    private bool _isAccepted;

    public MqttNetConnection(MqttOptions options, MqttMessage? will, TimeProvider time)
    {
        (_options, _will, _time) = (options, will, time);
        (InFlightMax, Over) = (options.InFlightMax, _over.Token);
        if (options.Tls) _tls = new MqttNetTls(options, time);
        _client.ApplicationMessageReceivedAsync += ReceiveAsync;
        _client.DisconnectedAsync += told =>
        {
            // It fires for attempts that failed too, and its reason says nothing: a killed broker is a normal disconnection.
            if (_isAccepted) End(told.Exception is null ? "The broker ended the connection." : Words(told.Exception));
            return Task.CompletedTask;
        };
    }

    /// <summary>Called with each message, one after the other; true when it was taken, so that the broker may forget it.</summary>
    public required Func<MqttNetConnection, MqttMessage, Task<bool>> Arriving { get; init; }

    /// <summary>Cancelled when the connection has ended.</summary>
    public CancellationToken Over { get; }

    /// <summary>Why the connection is over, in words.</summary>
    public string Ended => _ended ?? "closed.";

    /// <summary>The broker's Maximum Packet Size, or null.</summary>
    public int? PacketBytesMax { get; private set; }

    /// <summary>What may be unacknowledged at once: ours, or the broker's Receive Maximum.</summary>
    public int InFlightMax { get; private set; }

    /// <summary>Connects.</summary>
    /// <returns>Whether the broker has taken us in.</returns>
    public async Task<bool> OpenAsync()
    {
        using var patience = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, Over);
        try
        {
            var answer = await _client.ConnectAsync(Build(), either.Token);
            // A refused login does not throw.
            if (answer.ResultCode != MqttClientConnectResultCode.Success)
            {
                End($"The broker refuses the client {_options.ClientId}{(_options.User is { } user ? $" with user {user}" : "")}: " +
                    $"{Reason(answer.ResultCode)}.");
                return false;
            }
            _isAccepted = true;
            // 0 where the broker said nothing.
            PacketBytesMax = answer.MaximumPacketSize is > 0 and { } size ? (int)Math.Min(size, int.MaxValue) : null;
            InFlightMax = Math.Min(_options.InFlightMax, answer.ReceiveMaximum is > 0 and { } most ? most : ushort.MaxValue);
            // The client obeys the broker's keep-alive only while it is silent; three quarters leave room for a slow wire.
            var keepAlive = answer.ServerKeepAlive > 0 ? TimeSpan.FromSeconds(answer.ServerKeepAlive) : _options.KeepAlive;
            _pingPeriod = 0.75 * (keepAlive < _options.KeepAlive ? keepAlive : _options.KeepAlive);
            return true;
        }
        catch (MqttFileException wrong)
        {
            End(wrong.Message);
        }
        catch (Exception failure) when (IsOfTheWire(failure))
        {
            // What is given up by us comes as any exception.
            End(patience.IsCancellationRequested ? $"No answer within {_options.ConnectTimeout.TotalSeconds} s." : Words(failure));
        }
        return false;
    }

    /// <summary>Asks the broker for a topic filter at QoS 1.</summary>
    public async Task<bool> SubscribeAsync(string filter)
    {
        var wanted = new MqttClientSubscribeOptionsBuilder().WithTopicFilter(f => f.WithTopic(filter).WithAtLeastOnceQoS()).Build();
        using var patience = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, Over);
        try
        {
            var answer = await _client.SubscribeAsync(wanted, either.Token);
            var code = answer.Items.Single().ResultCode;
            // MQTT 5, 3.9.3: reason codes of 0x80 and above are refusals.
            if ((int)code < 0x80) return true;
            End($"The broker refuses the subscription to {filter}: {Reason(code)}.");
        }
        catch (Exception failure) when (IsOfTheWire(failure))
        {
            End(patience.IsCancellationRequested ? $"No answer within {_options.ConnectTimeout.TotalSeconds} s." : Words(failure));
        }
        return false;
    }

    /// <summary>Publishes at QoS 1. It is on its way, behind those before it, when the call returns its task.</summary>
    /// <returns>Null when acknowledged, else why not.</returns>
    public async Task<string?> PublishAsync(MqttMessage message)
    {
        if (Impossible(message) is { } why) return why;
        // MQTTnet gives a publication no time of its own.
        using var patience = new CancellationTokenSource(_options.PublishTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, Over);
        try
        {
            var answer = await _client.PublishAsync(Build(message), either.Token);
            Interlocked.Exchange(ref _timeoutsInRow, 0);
            return answer.IsSuccess ? null : $"The broker refuses the message to {message.Topic}: {Reason(answer.ReasonCode)}.";
        }
        catch (Exception failure) when (IsOfTheWire(failure))
        {
            if (Over.IsCancellationRequested) return Ended;
            if (!patience.IsCancellationRequested)
            {
                End(Words(failure));
                return Ended;
            }
            // Publishing keeps MQTTnet from asking whether anybody is there (its issue 2244), so that silence has to be noticed here.
            if (Interlocked.Increment(ref _timeoutsInRow) >= MosquittoLink.TimeoutsMax)
                End($"The broker has not acknowledged {MosquittoLink.TimeoutsMax} messages in a row.");
            return $"The broker has not acknowledged within {_options.PublishTimeout.TotalSeconds} s.";
        }
    }

    /// <summary>Asks the broker now and then whether it is there, until the connection is over.</summary>
    public async Task PingAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_pingPeriod, _time, Over);
                using var patience = new CancellationTokenSource(_options.KeepAlive, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, Over);
                await _client.PingAsync(either.Token);
            }
        }
        catch (Exception failure) when (IsOfTheWire(failure))
        {
            End(failure is OperationCanceledException or MqttCommunicationTimedOutException
                ? $"The broker has not answered for {(_pingPeriod + _options.KeepAlive).TotalSeconds:0} s." : Words(failure));
        }
    }

    /// <summary>Says goodbye, so that the broker does not publish the will.</summary>
    public async Task LeaveAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience, _time);
        try
        {
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), limit.Token);
        }
        catch (Exception failure) when (IsOfTheWire(failure))
        {
            End(Words(failure));
        }
    }

    /// <summary>Ends the connection; the first reason stays.</summary>
    public void End(string reason)
    {
        lock (_lock)
        {
            if (_ended is not null) return;
            _ended = reason;
        }
        _over.Cancel();
    }

    public void Dispose()
    {
        End("closed.");
        // Without a goodbye the broker publishes the will.
        _client.Dispose();
        _tls?.Dispose();
        _over.Dispose();
    }

    private static bool IsOfTheWire(Exception failure) =>
        failure is MqttCommunicationException or MqttClientNotConnectedException or MqttClientDisconnectedException or MqttProtocolViolationException
            or OperationCanceledException or IOException or ObjectDisposedException or System.Security.Authentication.AuthenticationException
            or System.Net.Sockets.SocketException or InvalidOperationException;

    private MqttClientOptions Build()
    {
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(_options.Broker.IdnHost.Trim('[', ']'), _options.Port)
            .WithClientId(_options.ClientId)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithCleanStart(_options.SessionExpiry is null)
            .WithSessionExpiryInterval((uint)Math.Min(_options.SessionExpiry?.TotalSeconds ?? 0, uint.MaxValue))
            .WithKeepAlivePeriod(_options.KeepAlive)
            .WithReceiveMaximum((ushort)_options.InFlightMax)
            .WithTimeout(_options.KeepAlive);
        if (_options.User is not null) builder.WithCredentials(_options.User, _options.Password);
        if (_will is not null)
            builder.WithWillTopic(_will.Topic).WithWillPayload(_will.Payload.ToArray()).WithWillRetain(_will.Retain)
                .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        _tls?.Apply(builder);
        return builder.Build();
    }

    private static MqttApplicationMessage Build(MqttMessage message)
    {
        var builder = new MqttApplicationMessageBuilder().WithTopic(message.Topic).WithPayload(new ReadOnlySequence<byte>(message.Payload))
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithRetainFlag(message.Retain);
        foreach (var (name, value) in message.UserProperties ?? []) builder.WithUserProperty(name, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(value));
        return builder.Build();
    }

    /// <summary>What the broker would hang up on, or MQTTnet sends without looking.</summary>
    private string? Impossible(MqttMessage message)
    {
        var topic = message.Topic;
        if (topic.Length == 0 || topic.AsSpan().ContainsAny('+', '#', '\0')) return $"The topic \"{topic}\" cannot be sent: no +, # or zero, and not empty.";
        var bytes = PublishHeaderBytesMax + Encoding.UTF8.GetByteCount(topic) + message.Payload.Length;
        foreach (var (name, value) in message.UserProperties ?? [])
        {
            if (name.Contains('\0') || value.Contains('\0')) return $"The user property {name} cannot be sent: it holds a zero.";
            bytes += UserPropertyBytes + Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
        }
        return bytes > PacketBytesMax ? $"The broker takes packets of at most {PacketBytesMax} bytes; this message to {topic} is larger." : null;
    }

    private async Task ReceiveAsync(MqttApplicationMessageReceivedEventArgs told)
    {
        // A handler that throws stops the subscription without a word.
        try
        {
            var message = told.ApplicationMessage;
            var properties = message.UserProperties is { Count: > 0 } some ? some.ConvertAll(p => KeyValuePair.Create(p.Name, p.ReadValueAsString())) : null;
            told.AutoAcknowledge = await Arriving(this, new MqttMessage(message.Topic, message.Payload.ToArray(), message.Retain, properties));
        }
        catch (Exception failure)
        {
            told.AutoAcknowledge = false;
            End($"BUG: a message could not be taken: {failure.Message}");
        }
    }

    /// <summary>The outer message says that it failed, the inner ones why.</summary>
    private string Words(Exception failure)
    {
        var said = new List<string>();
        for (var inner = (Exception?)failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.HostNotFound
                or System.Net.Sockets.SocketError.TryAgain or System.Net.Sockets.SocketError.NoData })
                return "The name cannot be looked up.";
            if (!said.Contains(inner.Message)) said.Add(inner.Message);
        }
        var words = string.Join(" ", said);
        return $"{_tls?.Remedy(words) ?? "The connection failed: "}{words}";
    }

    /// <summary>NotAuthorized → not authorized.</summary>
    private static string Reason(Enum code)
    {
        var words = new StringBuilder();
        foreach (var letter in code.ToString())
            _ = char.IsUpper(letter) ? words.Append(words.Length == 0 ? "" : " ").Append(char.ToLowerInvariant(letter)) : words.Append(letter);
        return words.ToString();
    }
}
