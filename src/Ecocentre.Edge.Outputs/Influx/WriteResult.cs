namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>What became of lines handed to the writer.</summary>
public enum WriteOutcome : byte
{
    /// <summary>The database has every line, except those it refused for good (<see cref="WriteResult.Refused"/>).</summary>
    Written,

    /// <summary>Not now: the server is away, slow, busy or ill. Keep the lines and write all of them again later; writing twice is
    /// harmless.</summary>
    Later,

    /// <summary>Not until a person acts: login, permission, a missing database, an address that is no database. Keep the lines, say so
    /// loudly, and write all of them again later.</summary>
    Denied,
}

/// <summary>A line the database will never take.</summary>
/// <param name="Number">Its place among the lines handed over, from 0.</param>
/// <param name="Line">Without its line feed; a view of the memory handed over.</param>
/// <param name="Reason">HTTP status and the server's words.</param>
public readonly record struct RefusedLine(int Number, ReadOnlyMemory<byte> Line, string Reason);

/// <summary>What became of lines handed to the writer, and why.</summary>
/// <param name="Reason">The server's words or ours; null only when everything was written.</param>
/// <param name="RetryAfter">When the server said how long to wait.</param>
/// <param name="Refused">In order; not empty only with <see cref="WriteOutcome.Written"/>.</param>
/// <param name="Requests">HTTP requests made, repetitions included.</param>
public sealed record WriteResult(
    WriteOutcome Outcome, string? Reason, TimeSpan? RetryAfter, IReadOnlyList<RefusedLine> Refused, int Requests)
{
    /// <summary>The reason for people, who are called where nobody else can help; null only when everything was written.</summary>
    public string? Trouble => Outcome == WriteOutcome.Denied ? $"denies writing, a person must act: {Reason}" : Reason;
}
