using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Ecocentre.Edge.IotPackages.Bindings;

/// <summary>A thread for code that sleeps: one piece of work at a time.</summary>
internal sealed class SleepingWork : IAsyncDisposable
{
    // One is under way and one may wait for it: who cancelled and asks again.
    private const int WaitingMax = 2;

    private readonly Channel<(Action Work, TaskCompletionSource Done)> _waiting =
        Channel.CreateBounded<(Action, TaskCompletionSource)>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SleepingWork(string name) => new Thread(Run) { IsBackground = true, Name = name }.Start();

    /// <summary>Completes when the work is done, or throws what it threw. A caller that gives up leaves it to end by itself.</summary>
    /// <exception cref="IOException">What was asked before has not ended yet.</exception>
    public async Task RunAsync(Action work, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_waiting.Writer.TryWrite((work, done))) throw new IOException("the chip still works at what it was asked before.");
        await done.Task.WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _ended.Task;
    }

    private void Run()
    {
        while (Next(out var work, out var done))
        {
            try
            {
                work();
                done.TrySetResult();
            }
            catch (Exception failure)
            {
                done.TrySetException(failure);
            }
        }
        _ended.TrySetResult();
    }

    /// <returns>False when there will be none any more.</returns>
    private bool Next([NotNullWhen(true)] out Action? work, [NotNullWhen(true)] out TaskCompletionSource? done)
    {
        (work, done) = (null, null);
        // The thread is there to wait.
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            if (!_waiting.Reader.TryRead(out var next)) continue;
            (work, done) = next;
            return true;
        }
        return false;
    }
}
