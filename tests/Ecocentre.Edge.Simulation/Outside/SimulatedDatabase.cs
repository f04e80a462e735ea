using System.Globalization;
using System.Net;
using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Simulation.Oracles;
using Ecocentre.Edge.Simulation.Scheduling;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Simulation.Outside;

/// <summary>The database behind the broker, as its clients see it over HTTP: lines by series and time, the last one counts.</summary>
public sealed class SimulatedDatabase(Agenda agenda, Random random, Action<string> injected)
{
    // So many are enough to see what it is.
    private const int NotesMax = 3;

    private readonly SortedDictionary<long, string> _bySequence = [];
    private readonly Dictionary<string, (long Sequence, long StoredAt)> _rows = new(StringComparer.Ordinal);
    private readonly List<(long From, long To, DatabaseFault Fault)> _faults = [];
    private long _taken;

    /// <summary>What may never be.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>Rows that stand in the database.</summary>
    public int Rows => _rows.Count;

    private Agenda Agenda => agenda;

    /// <summary>Lines by their sequence, as they came first.</summary>
    public IReadOnlyDictionary<long, string> Lines => _bySequence;

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
    public int Missing(long from, long to) => _bySequence.Count(line => line.Key >= from && line.Key <= to && !_rows.ContainsKey(KeyOf(line.Value)));

    /// <summary>Every entry of the log stands in the database with its own time, unless a later revision of the same window took its place.</summary>
    public void Judge(IReadOnlyDictionary<long, LogFact> told, Verdicts verdicts)
    {
        var newest = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (sequence, line) in _bySequence) newest[KeyOf(line)] = sequence;
        foreach (var (sequence, fact) in told)
        {
            var found = _bySequence.TryGetValue(sequence, out var line);
            verdicts.Check("in the database", found, () => $"sequence {sequence} never arrived in the database: {fact}");
            if (!found) continue;
            var milliseconds = TimeOf(line!) / 1_000_000;
            verdicts.Check("original times", milliseconds == fact.At.UnixMilliseconds, () => $"sequence {sequence} of {fact.At} is dated {line}");
            var (row, last) = (_rows.GetValueOrDefault(KeyOf(line!)), newest[KeyOf(line!)]);
            verdicts.Check("in the database", row.Sequence > 0, () => $"sequence {sequence} is not in the database any more: {fact}");
            verdicts.Looked["newest revision"] = verdicts.Looked.GetValueOrDefault("newest revision") + 1;
            // A copy of an old message that a slow database takes after a newer one: told, not held against anybody, until ingests know of revisions.
            if (row.Sequence != 0 && row.Sequence != last && verdicts.Notes.Count < NotesMax)
                verdicts.Notes.Add($"sequence {row.Sequence} stands in the database where {last} is newer: {fact}");
            verdicts.Check("exactly once", fact is WindowFact || last == sequence, () => $"sequence {sequence} was written over by {last}: {fact}");
        }
        verdicts.Check("exactly once", _bySequence.Keys.All(told.ContainsKey), () => "the database has entries that the receiver was never told");
        foreach (var violation in Violations) verdicts.Wrong("in the database", violation);
    }

    /// <summary>What carries the requests of one client.</summary>
    internal HttpMessageHandler Wire() => new Carrier(this);

    private static string KeyOf(string line) => string.Concat(line.AsSpan(0, EndOfSeries(line)), line.AsSpan(line.LastIndexOf(' ')));

    private static long TimeOf(string line) => long.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static int EndOfSeries(string line)
    {
        // A backslash before a space takes its meaning.
        for (var at = line.IndexOf(' '); at >= 0; at = line.IndexOf(' ', at + 1))
            if (at == 0 || line[at - 1] != '\\') return at;
        return line.Length;
    }

    private static bool TryReadSequence(string line, out long sequence)
    {
        sequence = 0;
        // Strings come after it or hold no such word: a text is told in words.
        for (var at = line.IndexOf("seq=", StringComparison.Ordinal); at >= 0; at = line.IndexOf("seq=", at + 1, StringComparison.Ordinal))
        {
            if (line[at - 1] is not (' ' or ',')) continue;
            var end = line.IndexOf('i', at);
            if (end > at && long.TryParse(line.AsSpan(at + 4, end - at - 4), NumberStyles.None, CultureInfo.InvariantCulture, out sequence)) return true;
        }
        return false;
    }

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
        var lines = Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines.AsSpan(0, (int)(share * lines.Length)))
        {
            if (!TryReadSequence(line, out var sequence))
            {
                Violations.Add($"not a line of the log: {line}");
                continue;
            }
            if (!_bySequence.TryAdd(sequence, line) && _bySequence[sequence] != line)
                Violations.Add($"sequence {sequence} came as {_bySequence[sequence]} and as {line}");
            _rows[KeyOf(line)] = (sequence, agenda.Now);
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
