using System.Net;
using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Simulation.Oracles;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation.Outside;

/// <summary>A database as its clients see it over HTTP: lines by series and time, the last one counts.</summary>
/// <param name="folder">The world's scratch folder, which is another one each time and in which no two lines differ.</param>
public sealed class SimulatedDatabase(Agenda agenda, Random random, Action<string> injected, string folder)
{
    private readonly SortedList<long, StoredLine> _bySequence = [];
    private readonly Dictionary<UInt128, (long Sequence, long StoredAt)> _rows = [];
    private readonly List<(long From, long To, DatabaseFault Fault)> _faults = [];
    private readonly byte[] _folder = Encoding.UTF8.GetBytes(folder);
    private long _taken;

    /// <summary>What may never be.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>Rows that stand in the database.</summary>
    public int Rows => _rows.Count;

    private Agenda Agenda => agenda;

    /// <summary>Lines by their sequence, as they came first.</summary>
    public IReadOnlyDictionary<long, StoredLine> Lines => _bySequence;

    /// <summary>A planted bug: every so many writes one is answered for and thrown away.</summary>
    public int LosesEvery { get; init; }

    public void FailBetween(long from, long to, DatabaseFault fault) => _faults.Add((from, to, fault));

    /// <summary>Loses what it stored since a time.</summary>
    /// <returns>The sequences from the first lost one to the last.</returns>
    public (long From, long To)? Forget(long since)
    {
        var lost = _rows.Where(row => row.Value.StoredAt >= since).ToList();
        foreach (var (key, _) in lost) _rows.Remove(key);
        return lost.Count == 0 ? null : (lost.Min(row => row.Value.Sequence), lost.Max(row => row.Value.Sequence));
    }

    /// <summary>How many of the lines of these sequences that once stood here stand here no longer, nor anything that took their place.</summary>
    public int Missing(long from, long to) => _bySequence.Count(line => line.Key >= from && line.Key <= to && !_rows.ContainsKey(line.Value.Row));

    /// <summary>Every entry of the log stands in the database with its own time, unless a later revision of the same window took its place.</summary>
    /// <param name="lostUntil">Entries before it may be missing here: the log lost some and said so.</param>
    public void Judge(IReadOnlyDictionary<long, LogFact> told, long lostUntil, Verdicts verdicts)
    {
        var newest = new Dictionary<UInt128, long>(_rows.Count);
        foreach (var (sequence, line) in _bySequence) newest[line.Row] = sequence;
        foreach (var (sequence, fact) in told)
        {
            var found = _bySequence.TryGetValue(sequence, out var line);
            verdicts.Check("in the database", found || sequence < lostUntil, $"sequence {sequence} never arrived in the database: {fact}");
            if (!found) continue;
            verdicts.Check("original times", line.Milliseconds == fact.At.UnixMilliseconds, $"sequence {sequence} of {fact} is dated {line.At}");
            var (row, last) = (_rows.GetValueOrDefault(line.Row), newest[line.Row]);
            verdicts.Check("in the database", row.Sequence > 0 || sequence < lostUntil, $"sequence {sequence} is not in the database any more: {fact}");
            verdicts.Check("newest revision", row.Sequence == 0 || row.Sequence == last,
                $"sequence {row.Sequence} stands in the database where {last} is newer: {fact}");
            verdicts.Check("exactly once", fact is WindowFact || last == sequence, $"sequence {sequence} was written over by {last}: {fact}");
        }
        verdicts.Check("exactly once", _bySequence.Keys.All(sequence => sequence < lostUntil || told.ContainsKey(sequence)),
            "the database has entries that the receiver was never told");
        foreach (var violation in Violations) verdicts.Wrong("in the database", violation);
    }

    /// <summary>What carries the requests of one client.</summary>
    internal HttpMessageHandler Wire() => new Carrier(this);

    private void Answer(byte[] body, TaskCompletionSource<HttpResponseMessage> answer)
    {
        var fault = _faults.Where(f => agenda.Now >= f.From && agenda.Now < f.To).Select(f => f.Fault).LastOrDefault();
        if (fault != DatabaseFault.None) injected($"Database{fault}");
        switch (fault)
        {
            case DatabaseFault.Away:
                answer.TrySetException(new HttpRequestException("Connection refused"));
                return;
            case DatabaseFault.Ill:
                Say(answer, HttpStatusCode.InternalServerError, "the engine is compacting itself to death");
                return;
            case DatabaseFault.Busy:
                Say(answer, HttpStatusCode.ServiceUnavailable, "too many writes", retryAfter: TimeSpan.FromSeconds(random.Next(1, 60)));
                return;
            case DatabaseFault.Denied:
                Say(answer, HttpStatusCode.Unauthorized, "authorization failed");
                return;
            case DatabaseFault.Partial:
                Store(body, random.NextDouble());
                Say(answer, HttpStatusCode.InternalServerError, "timeout");
                return;
            case DatabaseFault.AnswerLost:
                Store(body, 1);
                return;
            case DatabaseFault.Hangs:
                return;
            case DatabaseFault.Small when body.Length > 20_000:
                Say(answer, HttpStatusCode.RequestEntityTooLarge, "Request Entity Too Large");
                return;
            default:
                if (LosesEvery == 0 || ++_taken % LosesEvery != 0) Store(body, 1);
                answer.TrySetResult(new HttpResponseMessage(HttpStatusCode.NoContent));
                return;
        }
    }

    private static void Say(TaskCompletionSource<HttpResponseMessage> answer, HttpStatusCode status, string words, TimeSpan? retryAfter = null)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes($"{{\"error\":\"{words}\"}}")) };
        if (retryAfter is { } wait) response.Headers.RetryAfter = new System.Net.Http.Headers.RetryConditionHeaderValue(wait);
        answer.TrySetResult(response);
    }

    private void Store(byte[] body, double share)
    {
        var lines = body.AsSpan().Count((byte)'\n') + (body.Length > 0 && body[^1] != '\n' ? 1 : 0);
        var left = (int)(share * lines);
        foreach (var range in body.AsSpan().Split((byte)'\n'))
        {
            if (left-- == 0) return;
            var line = body.AsSpan(range);
            if (line.IsEmpty) continue;
            if (StoredLine.Read(line, _folder) is not { } stored)
            {
                Violations.Add($"not a line of the log: {Encoding.UTF8.GetString(line)}");
                continue;
            }
            if (!_bySequence.TryAdd(stored.Sequence, stored) && _bySequence[stored.Sequence] is var before && before != stored)
                Violations.Add($"sequence {stored.Sequence} came once with the time {before.At}, and then as {Encoding.UTF8.GetString(line)}");
            _rows[stored.Row] = (stored.Sequence, agenda.Now);
        }
    }

    private TimeSpan Latency()
    {
        var isSlow = _faults.Exists(f => f.Fault == DatabaseFault.Slow && agenda.Now >= f.From && agenda.Now < f.To);
        // Slow is longer than a client waits, now and then.
        return TimeSpan.FromMilliseconds(isSlow ? 1000 + 12_000 * random.NextDouble() : 1 + 3000 * Math.Pow(random.NextDouble(), 4));
    }

    private sealed class Carrier(SimulatedDatabase database) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var body = new MemoryStream();
            request.Content!.CopyTo(body, null, cancellationToken);
            var answer = new TaskCompletionSource<HttpResponseMessage>();
            var agenda = database.Agenda;
            // Answers are the world's doing, not the process's: in no context, continuations of the client's own stay on this thread.
            cancellationToken.UnsafeRegister((_, token) => agenda.At(agenda.Now, () => answer.TrySetCanceled(token)), null);
            var bytes = body.ToArray();
            agenda.In(database.Latency(), () => database.Answer(bytes, answer));
            return answer.Task;
        }
    }
}

/// <summary>How the database may fail for a while.</summary>
public enum DatabaseFault
{
    None,

    /// <summary>Nobody listens.</summary>
    Away,

    /// <summary>500 to everything.</summary>
    Ill,

    /// <summary>503 with a time to come back.</summary>
    Busy,

    /// <summary>401: somebody changed the password.</summary>
    Denied,

    /// <summary>Stores the first of the lines and says 500.</summary>
    Partial,

    /// <summary>Stores everything and never says so.</summary>
    AnswerLost,

    /// <summary>Takes the request and never answers.</summary>
    Hangs,

    /// <summary>Answers after seconds.</summary>
    Slow,

    /// <summary>413 to what is not small.</summary>
    Small,
}
