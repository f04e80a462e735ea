namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>How long a Modbus TCP client waits, and for how much at once.</summary>
public sealed record TcpTiming
{
    /// <summary>From a request to its reply. 1 s: what most clients wait; a server behind a gateway may need more.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From dialling to a usable connection. 3 s: one lost SYN and its retry after 1 s fit in.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Requests on their way at once, 1 to <see cref="TcpTransport.OutstandingLimit"/>. 1: the only number every server bears.</summary>
    public int OutstandingMax { get; init; } = 1;

    /// <summary>Silences in a row, for each request that may be on its way, after which the connection is closed and dialled again. Who asks unit ids that
    /// may not exist expects many.</summary>
    public int SilencesInRowMax { get; init; } = TcpTransport.TimeoutsInRowMax;

    /// <summary>The first wait after a failed connection; it doubles up to <see cref="BackOffMax"/>.</summary>
    public TimeSpan BackOffMin { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <inheritdoc cref="BackOffMin"/>
    public TimeSpan BackOffMax { get; init; } = TimeSpan.FromSeconds(30);
}
