namespace Ecocentre.Edge.Web.Access;

/// <summary>How many requests a second somebody may make, and how many at once after a pause.</summary>
/// <param name="PerSecond">Over zero.</param>
/// <param name="Burst">At least 1.</param>
public readonly record struct Rate(double PerSecond, double Burst);

/// <summary>Holds each who asks to a rate: every request takes a credit, credits grow back with time up to the burst.</summary>
/// <remarks>Any thread.</remarks>
/// <param name="keysMax">Askers remembered; when there are more, those who have been quiet longest are forgotten, and if nobody is quiet the rest
/// share one account.</param>
internal sealed class RateLimits(Rate rate, int keysMax, TimeProvider time)
{
    private const string Rest = "";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);

    internal int Count
    {
        get
        {
            lock (_gate) return _accounts.Count;
        }
    }

    /// <summary>Takes credits of an asker.</summary>
    /// <param name="credits">What the request costs. One credit is enough to ask; what was dear leaves a debt.</param>
    /// <returns>Zero, or how long to wait until there is one.</returns>
    internal TimeSpan Take(string key, double credits = 1)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (!_accounts.TryGetValue(key, out var account))
            {
                if (_accounts.Count >= keysMax) ForgetQuiet(now);
                if (_accounts.Count >= keysMax) key = Rest;
                if (!_accounts.TryGetValue(key, out account)) account = new Account(rate.Burst, now);
            }
            var held = Held(account, now);
            var may = held >= 1;
            _accounts[key] = new Account(may ? held - credits : held, now);
            return may ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - held) / rate.PerSecond);
        }
    }

    private double Held(Account account, long now) =>
        Math.Min(rate.Burst, account.Credits + time.GetElapsedTime(account.At, now).TotalSeconds * rate.PerSecond);

    private void ForgetQuiet(long now)
    {
        foreach (var (key, account) in _accounts)
            if (Held(account, now) >= rate.Burst) _accounts.Remove(key);
    }

    private readonly record struct Account(double Credits, long At);
}
