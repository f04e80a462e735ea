namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>One batch on its way into the database: splits what is refused until the bad lines stand alone and all others are
/// stored.</summary>
/// <remarks>Parts are sent from the front, so that of two lines with the same series and time the later one stays, also where a server
/// keeps the good lines of a batch it refuses. Used once, by one caller.</remarks>
internal sealed class LineSearch
{
    // So many lines refused for unclear reasons, while nothing was taken yet, raise the doubt that no line is to blame.
    private const int DoubtfulMax = 4;

    // A server that refuses by chance takes, of these rounds, both the line it took before each time and the refused one never with a chance of at most
    // (1/4)^12, which is one in sixteen million for a line.
    private const int Rounds = 12;

    private readonly LineBatch _batch;
    private readonly Post _post;
    private readonly Stack<(int From, int To)> _pending = new();
    private readonly List<(int From, int To, Answer Answer)> _suspects = [];
    private bool _taken;

    // The last line of the last part that was taken: nothing younger can be overwritten by it.
    private int _takenLine;

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
                    (_taken, _takenLine) = (true, part.To - 1);
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
        for (var round = 0; round < Rounds; round++)
            if (await DoubtAsync(isFirst: round == 0) is { } answer) return Keep(answer);
        var refused = new List<RefusedLine>();
        foreach (var (from, to, answer) in _suspects)
            for (var number = from; number < to; number++) refused.Add(new RefusedLine(number, _batch.Line(number), answer.Words));
        return new WriteResult(WriteOutcome.Written, refused.Count == 0 ? null : refused[0].Reason, null, refused, 0);
    }

    /// <summary>Asks once more for each line that was refused without words that blame it, while a line that was taken is taken again: a server that is ill
    /// for a while, or a proxy that answers in its place now and then, refuses whatever comes.</summary>
    /// <returns>Null when the lines that are left may be to blame, else the answer that says that none is.</returns>
    private async ValueTask<Answer?> DoubtAsync(bool isFirst)
    {
        var unclear = _suspects.Index().Where(suspect => !suspect.Item.Answer.IsAboutLines).ToArray();
        if (unclear.Length == 0) return null;
        if (!_taken) return unclear[0].Item.Answer;
        var control = await _post(_takenLine, _takenLine + 1, patiently: false);
        if (control.Class != AnswerClass.Taken) return control;
        foreach (var (index, (from, to, suspicion)) in unclear.Reverse())
        {
            // One that was ill for a moment is given the time to be well.
            var answer = await _post(from, to, patiently: isFirst && suspicion.Class == AnswerClass.Ill);
            if (answer.Class is AnswerClass.Busy or AnswerClass.Unreachable or AnswerClass.Denied) return answer;
            if (answer.Class == AnswerClass.Taken) _suspects.RemoveAt(index);
            else _suspects[index] = (from, to, answer);
        }
        return null;
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
                (_taken, _takenLine) = (true, to - 1);
                return null;
            }
            refusal = answer;
        }
        return refusal;
    }
}
