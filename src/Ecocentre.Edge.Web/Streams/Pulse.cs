namespace Ecocentre.Edge.Web.Streams;

/// <summary>Wakes all who wait for something new. Any thread; <see cref="Beat"/> returns at once, the waiters go on on threads of their own.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the next beat. Take it before looking whether there is something new, await it after.</summary>
    internal Task Next => Volatile.Read(ref _next).Task;

    internal void Beat() =>
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
