namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>A message on its way and the one who waits for its PUBACK.</summary>
internal abstract class Publication(MqttMessage message)
{
    public MqttMessage Message => message;

    /// <summary>Nothing is published: the broker is only asked something that it has to answer.</summary>
    public bool IsQuestion { get; init; }

    /// <summary>It was answered for, or nobody waits for it any more.</summary>
    public abstract bool IsCompleted { get; }

    /// <param name="trouble">Null when acknowledged, else the reason in words. Only the first word counts.</param>
    public abstract void Complete(string? trouble);
}

/// <summary>A message that is waited for by itself.</summary>
internal sealed class SinglePublication(MqttMessage message) : Publication(message)
{
    private readonly TaskCompletionSource<string?> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string?> Outcome => _outcome.Task;

    public override bool IsCompleted => _outcome.Task.IsCompleted;

    public override void Complete(string? trouble) => _outcome.TrySetResult(trouble);

    public void Cancel(CancellationToken cancellation) => _outcome.TrySetCanceled(cancellation);
}

/// <summary>Several messages that are waited for together.</summary>
internal sealed class PublicationBatch
{
    // Whoever waits goes on within the last answer, which spares a wake-up for each batch.
    private readonly TaskCompletionSource<IReadOnlyList<string?>> _outcome = new();
    private readonly string?[] _troubles;
    private int _left;

    internal PublicationBatch(IReadOnlyList<MqttMessage> messages)
    {
        _troubles = new string?[messages.Count];
        _left = messages.Count;
        Parts = new Publication[messages.Count];
        for (var i = 0; i < Parts.Length; i++) Parts[i] = new Part(this, i, messages[i]);
        if (_left == 0) _outcome.SetResult(_troubles);
    }

    public Publication[] Parts { get; }

    /// <summary>What became of each message, once all have an answer.</summary>
    public Task<IReadOnlyList<string?>> Outcome => _outcome.Task;

    public void Cancel(CancellationToken cancellation) => _outcome.TrySetCanceled(cancellation);

    private sealed class Part(PublicationBatch batch, int index, MqttMessage message) : Publication(message)
    {
        private int _isAnswered;

        public override bool IsCompleted => Volatile.Read(ref _isAnswered) != 0 || batch._outcome.Task.IsCompleted;

        public override void Complete(string? trouble)
        {
            if (Interlocked.Exchange(ref _isAnswered, 1) != 0) return;
            batch._troubles[index] = trouble;
            if (Interlocked.Decrement(ref batch._left) == 0) batch._outcome.TrySetResult(batch._troubles);
        }
    }
}
