namespace Ecocentre.Edge.Outputs.Ingest;

/// <summary>What became of a message offered to <see cref="PendingMessages"/>.</summary>
internal enum Admission : byte
{
    Taken,
    Full,
    Repeated,
}

/// <summary>Messages between the broker and the database, bounded by bytes, each only once.</summary>
/// <remarks>Any thread may add; one at a time takes.</remarks>
internal sealed class PendingMessages(IngestOptions options, TimeProvider time)
{
    // What a message costs beside its payload: the objects around it, rounded up. It bounds the number of small messages too.
    private const int BytesBesidePayload = 512;

    private readonly Lock _gate = new();
    private readonly Queue<LogMessage> _waiting = new();

    // Those taken and not yet done with are still here: a gateway that sends again while the database is away brings nothing new.
    private readonly HashSet<LogMessage> _known = [];
    private TaskCompletionSource? _wanted;
    private int _wantedLines;
    private int _waitingLines;
    private long _bytes;

    public (int Messages, long Bytes) Size
    {
        get { lock (_gate) return (_known.Count, _bytes); }
    }

    public Admission Add(LogMessage message)
    {
        lock (_gate)
        {
            if (_known.Contains(message)) return Admission.Repeated;
            if (_known.Count > 0 && _bytes + Cost(message) > options.PendingBytesMax) return Admission.Full;
            _known.Add(message);
            _waiting.Enqueue(message);
            _bytes += Cost(message);
            _waitingLines += message.Lines;
            if (_waitingLines >= _wantedLines) _wanted?.TrySetResult();
            return Admission.Taken;
        }
    }

    /// <summary>Waits for a message, lingers for more, and takes as many as fit into one write; at least one.</summary>
    public async ValueTask<List<LogMessage>> TakeAsync(CancellationToken cancellation)
    {
        await WaitAsync(1, cancellation);
        if (options.Linger > TimeSpan.Zero)
        {
            using var lingering = new CancellationTokenSource(options.Linger, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(lingering.Token, cancellation);
            try
            {
                await WaitAsync(options.LinesMax, either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Waited for others long enough.
            }
        }
        return Take();
    }

    /// <summary>They are in the database, or set apart: their bytes are free again.</summary>
    public void Done(IEnumerable<LogMessage> messages)
    {
        lock (_gate)
            foreach (var message in messages)
                if (_known.Remove(message)) _bytes -= Cost(message);
    }

    private static int Cost(LogMessage message) => message.Payload.Length + BytesBesidePayload;

    private List<LogMessage> Take()
    {
        lock (_gate)
        {
            _wanted = null;
            var taken = new List<LogMessage>();
            var (lines, bytes) = (0, 0);
            while (_waiting.TryPeek(out var next))
            {
                if (taken.Count > 0 && (lines + next.Lines > options.LinesMax || bytes + next.Payload.Length >= options.BytesMax)) break;
                (lines, bytes) = (lines + next.Lines, bytes + next.Payload.Length + 1);
                taken.Add(_waiting.Dequeue());
            }
            _waitingLines -= lines;
            return taken;
        }
    }

    private async ValueTask WaitAsync(int lines, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (WantLines(lines) is not { } wanted) return;
        // Awaited directly: combinators would leave the caller's context.
        using var ended = cancellation.UnsafeRegister(static (wanted, token) => ((TaskCompletionSource)wanted!).TrySetCanceled(token), wanted);
        await wanted.Task;
    }

    /// <returns>Null when they are there already.</returns>
    private TaskCompletionSource? WantLines(int lines)
    {
        lock (_gate)
        {
            if (_waitingLines >= lines) return null;
            _wantedLines = lines;
            return _wanted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
