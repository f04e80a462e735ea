using System.Threading.Tasks.Sources;

namespace Ecocentre.Edge.Devices;

/// <summary>Lets one waiter sleep until somebody has something for it. Wakings that come while nobody waits are kept as one. Allocates
/// nothing after it was made; the waiter continues on its own context.</summary>
public sealed class Wake : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _source;
    private bool _isSet;
    private bool _isAwaited;

    /// <summary>Any thread; the waiter goes on on another one, or where its context says.</summary>
    public void Set() => Set(elsewhere: true);

    /// <summary>As <see cref="Set()"/>, for a caller that can wait for the waiter's next steps: a waiter without a context goes on within this call.</summary>
    public void SetHere() => Set(elsewhere: false);

    /// <summary>One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_isSet)
            {
                _isSet = false;
                return ValueTask.CompletedTask;
            }
            _isAwaited = true;
            _source.Reset();
            return new ValueTask(this, _source.Version);
        }
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Set(bool elsewhere)
    {
        lock (_gate)
        {
            _isSet = !_isAwaited;
            if (!_isAwaited) return;
            _isAwaited = false;
        }
        _source.RunContinuationsAsynchronously = elsewhere;
        _source.SetResult(true);
    }
}
