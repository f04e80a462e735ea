using System.Threading.Tasks.Sources;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>The one read or write that may be under way on a port: completed by the port's thread, and used again.</summary>
/// <remarks>Begin and claim under the port's lock; complete outside it.</remarks>
/// <param name="isContinuedElsewhere">Whether who awaits goes on on another thread than the one that completes.</param>
internal sealed class PortPromise<T>(bool isContinuedElsewhere) : IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _completion = new() { RunContinuationsAsynchronously = isContinuedElsewhere };
    private CancellationTokenRegistration _registration;
    private bool _isTaken;

    /// <summary>True from <see cref="Begin"/> until somebody claimed it to complete it.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Starts waiting.</summary>
    /// <exception cref="InvalidOperationException">The one before has not been awaited to its end.</exception>
    public ValueTask<T> Begin()
    {
        if (_isTaken)
            throw new InvalidOperationException("BUG: a port takes one read and one write at a time.");
        _isTaken = true;
        IsWaiting = true;
        _completion.Reset();
        return new ValueTask<T>(this, _completion.Version);
    }

    /// <summary>Whoever gets true completes it.</summary>
    public bool Claim()
    {
        var isMine = IsWaiting;
        IsWaiting = false;
        return isMine;
    }

    /// <summary>To be called outside the lock, after <see cref="Begin"/>.</summary>
    public void CancelWith(CancellationToken cancellation, Action<object?> cancel, object port) =>
        _registration = cancellation.UnsafeRegister(cancel, port);

    public void Complete(T result) => _completion.SetResult(result);

    public void Fail(Exception failure) => _completion.SetException(failure);

    public T GetResult(short token)
    {
        // Waits for a cancellation that is being delivered, so that it cannot hit the next read or write.
        _registration.Dispose();
        _registration = default;
        try
        {
            return _completion.GetResult(token);
        }
        finally
        {
            _isTaken = false;
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
