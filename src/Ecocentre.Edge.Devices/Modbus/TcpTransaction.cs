using System.Threading.Tasks.Sources;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>One of a transport's places for a request on its way. It is used again and again, so that a read allocates nothing.</summary>
/// <remarks>All fields but the completion belong to the transport's lock.</remarks>
/// <param name="place">Its index among the transport's.</param>
internal sealed class TcpTransaction(TcpTransport owner, int place) : IValueTaskSource<Fault?>
{
    private ManualResetValueTaskSourceCore<Fault?> _completion;

    public ModbusRead Request;
    public Memory<ushort> Destination;
    public CancellationTokenRegistration Registration;
    public long SentAt;
    public ushort Id;

    /// <summary>The caller's, where the transport watches over it for all who have the same.</summary>
    public CancellationToken Watched;

    /// <summary>True from sending until exactly one of reply, timeout, cancellation or loss has claimed it.</summary>
    public bool IsPending;

    public ValueTask<Fault?> Completion => new(this, _completion.Version);

    public TcpTransport Owner => owner;

    public int Place => place;

    public void Complete(Fault? fault) => _completion.SetResult(fault);

    public Fault? GetResult(short token)
    {
        var fault = _completion.GetResult(token);
        // Waits for a cancellation that is being delivered, so that it cannot hit the next request in this place.
        if (Registration != default)
        {
            Registration.Dispose();
            Registration = default;
        }
        Destination = default;
        _completion.Reset();
        owner.Release(this);
        return fault;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
