using System.Diagnostics;

namespace Ecocentre.Edge.Benchmarks.Suite;

/// <summary>Times short work in many rounds and takes the best of them: what others do on the machine only ever makes a round longer.</summary>
internal static class Rounds
{
    // The JIT compiles a second time after some 30 calls and a tenth of a second.
    private const int WarmUps = 60;

    private static readonly TimeSpan WarmUpMin = TimeSpan.FromSeconds(0.4);

    /// <summary>Nanoseconds an operation in the best of so many rounds.</summary>
    /// <param name="operations">Operations in one call of <paramref name="work"/>.</param>
    /// <param name="prepare">Called before each round, outside of the time.</param>
    internal static double Best(int rounds, int operations, Action work, Action? prepare = null)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < WarmUps || Stopwatch.GetElapsedTime(begun) < WarmUpMin; i++)
        {
            prepare?.Invoke();
            work();
        }
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < rounds; i++)
        {
            prepare?.Invoke();
            var at = Stopwatch.GetTimestamp();
            work();
            var took = Stopwatch.GetElapsedTime(at);
            if (took < best) best = took;
        }
        return best.TotalNanoseconds / operations;
    }

    /// <summary>Nanoseconds an operation of work that is done once.</summary>
    internal static double Once(int operations, Action work)
    {
        var at = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(at).TotalNanoseconds / operations;
    }

    /// <summary>As <see cref="Best"/> for work too long to be repeated often: no more warm-up than asked for.</summary>
    internal static double BestOfFew(int rounds, int operations, Action work)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i <= rounds; i++)
        {
            var at = Stopwatch.GetTimestamp();
            work();
            var took = Stopwatch.GetElapsedTime(at);
            if (i > 0 && took < best) best = took;
        }
        return best.TotalNanoseconds / operations;
    }

    /// <summary>Bytes allocated by an operation on this thread, once all is compiled.</summary>
    internal static double Allocated(int operations, Action work)
    {
        work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)operations;
    }
}
