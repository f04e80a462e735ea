namespace Ecocentre.Edge.Outputs;

/// <summary>How long to wait before trying again: twice as long after each failure up to a bound, spread at random so that a hundred gateways
/// do not come back to one server together; or as long as the server said.</summary>
/// <remarks>One thread at a time.</remarks>
public sealed class Backoff(TimeProvider time, Random jitter)
{
    /// <summary>Before the second try. A restarting broker is back within a few of these.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>Between tries of something that has been away for long: a minute more is nothing to an outage, and sixty tries an hour load nobody.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromMinutes(1);

    /// <summary>A server that says to wait longer is asked again after this.</summary>
    public static readonly TimeSpan ToldMax = TimeSpan.FromHours(1);

    /// <summary>Failures since the last <see cref="Reset"/>.</summary>
    public int Failures { get; private set; }

    /// <summary>It worked: the next failure starts from the beginning.</summary>
    public void Reset() => Failures = 0;

    /// <summary>Counts a failure and says how long to wait: between half and all of the doubled time, or what was told and up to a tenth more.</summary>
    /// <param name="told">What the other side said, or null.</param>
    public TimeSpan Next(TimeSpan? told = null)
    {
        // 2^6 s is past the bound; a larger shift would overflow after a month without a network.
        var doubled = TimeSpan.FromSeconds(First.TotalSeconds * (1 << Math.Min(Failures, 6)));
        Failures++;
        if (told > TimeSpan.Zero) return (told < ToldMax ? told.Value : ToldMax) * (1 + jitter.NextDouble() / 10);
        return (doubled < Max ? doubled : Max) * (0.5 + jitter.NextDouble() / 2);
    }

    /// <summary>Counts a failure and waits.</summary>
    public Task WaitAsync(TimeSpan? told, CancellationToken cancellation) => Task.Delay(Next(told), time, cancellation);
}
