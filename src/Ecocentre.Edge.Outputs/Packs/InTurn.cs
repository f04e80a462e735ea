using System.Collections.Concurrent;

namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>Has things made by several at the same time, and taken one after the other in their order.</summary>
internal static class InTurn
{
    /// <summary>Makes and takes things 0 to <paramref name="count"/> - 1. What a maker or the taker throws comes out as it was thrown.</summary>
    /// <param name="workers">How many are made at the same time; with one, all of it is the caller's thread.</param>
    /// <param name="make">Any thread.</param>
    /// <param name="take">One call at a time, in order; any thread.</param>
    internal static void Run<T>(int count, int workers, Func<int, T> make, Action<int, T> take, CancellationToken cancellation) where T : class
    {
        if (workers <= 1)
        {
            for (var i = 0; i < count; i++) take(i, make(i));
            return;
        }
        // As many are made ahead of a slow one before makers wait for it.
        var aheadMax = 2 * workers;
        var (gate, ready, next, stopped) = (new object(), new T?[count], 0, false);
        var order = Partitioner.Create(Enumerable.Range(0, count), EnumerablePartitionerOptions.NoBuffering);
        try
        {
            Parallel.ForEach(order, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation }, i =>
            {
                try
                {
                    var made = make(i);
                    lock (gate)
                    {
                        // Whoever has the next one is at work on it: numbers are given out in their order.
                        while (i - next > aheadMax && !stopped) Monitor.Wait(gate);
                        if (stopped) return;
                        ready[i] = made;
                        for (; next < count && ready[next] is { } turn; next++)
                        {
                            ready[next] = null;
                            take(next, turn);
                        }
                        Monitor.PulseAll(gate);
                    }
                }
                catch
                {
                    lock (gate)
                    {
                        stopped = true;
                        Monitor.PulseAll(gate);
                    }
                    throw;
                }
            });
        }
        catch (AggregateException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    }
}
