namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>One batch on its way into the database: splits what is refused until the bad lines stand alone and all others are
/// stored.</summary>
/// <remarks>Parts are sent from the front, so that of two lines with the same series and time the later one stays, also where a server
/// keeps the good lines of a batch it refuses. Used once, by one caller.</remarks>
internal sealed class LineSearch
{
    // So many lines refused for unclear reasons, while nothing was taken yet, raise the doubt that no line is to blame.
    private const int DoubtfulMax = 4;

    private readonly LineBatch _batch;
    private readonly Post _post;
    private readonly Stack<(int From, int To)> _pending = new();
    private readonly List<(int From, int To, Answer Answer)> _suspects = [];
    private bool _taken;

    public LineSearch(LineBatch batch, Post post)
    {
        _batch = batch;
        _post = post;
    }

    /// <summary>Posts lines [from, to) of the batch.</summary>
    /// <param name="patiently">Repeats a 5xx too; while searching it is not, since it may mean the line.</param>
    internal delegate ValueTask<Answer> Post(int from, int to, bool patiently);

    /// <summary>Writes lines [from, to).</summary>
    /// <returns>Null when all are taken or suspected, else why all must be kept.</returns>
    public async ValueTask<WriteResult?> WriteAsync(int from, int to)
    {
        var patiently = true;
        for (_pending.Push((from, to)); _pending.TryPop(out var part); patiently = false)
        {
            var answer = await _post(part.From, part.To, patiently);
            switch (answer.Class)
            {
                case AnswerClass.Taken:
                    _taken = true;
                    break;
                case AnswerClass.Busy or AnswerClass.Unreachable or AnswerClass.Denied:
                    return Keep(answer);
                case var _ when part.To - part.From == 1 || answer.SaysAllDropped(part.To - part.From):
                    _suspects.Add((part.From, part.To, answer));
                    break;
                default:
                    var middle = _batch.Middle(part.From, part.To);
                    _pending.Push((middle, part.To));
                    _pending.Push((part.From, middle));
                    break;
            }
            if (IsDoubtful() && await RefusesAllPendingAsync() is { } refusal) return Keep(refusal);
        }
        return null;
    }

    /// <summary>The verdict, after the last lines were written.</summary>
    public async ValueTask<WriteResult> EndAsync()
    {
        var refused = new List<RefusedLine>();
        foreach (var (from, to, suspicion) in _suspects)
        {
            var answer = suspicion;
            if (!_taken && !answer.IsAboutLines) return Keep(answer);
            // A server may have been ill for a moment: it is asked once more before the line is blamed.
            if (answer.Class == AnswerClass.Ill) answer = await _post(from, to, patiently: true);
            if (answer.Class is AnswerClass.Busy or AnswerClass.Unreachable or AnswerClass.Denied) return Keep(answer);
            if (answer.Class == AnswerClass.Taken) continue;
            for (var number = from; number < to; number++) refused.Add(new RefusedLine(number, _batch.Line(number), answer.Words));
        }
        return new WriteResult(WriteOutcome.Written, refused.Count == 0 ? null : refused[0].Reason, null, refused, 0);
    }

    private static WriteResult Keep(Answer answer) =>
        new(answer.Class == AnswerClass.Denied ? WriteOutcome.Denied : WriteOutcome.Later, answer.Words, answer.RetryAfter, [], 0);

    private bool IsDoubtful() => !_taken && _suspects.Count(suspect => !suspect.Answer.IsAboutLines) >= DoubtfulMax;

    /// <summary>Asks for each pending part, largest first, whether the server takes anything at all.</summary>
    /// <returns>Null when it does, else its last refusal.</returns>
    private async ValueTask<Answer?> RefusesAllPendingAsync()
    {
        var refusal = _suspects[^1].Answer;
        foreach (var (from, to) in _pending.Reverse())
        {
            var answer = await _post(from, to, patiently: false);
            if (answer.Class == AnswerClass.Taken)
            {
                // The part stays pending: written again in its turn, it overwrites nothing younger.
                _taken = true;
                return null;
            }
            refusal = answer;
        }
        return refusal;
    }
}
