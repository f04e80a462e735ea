namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>A message on its way and the one who waits for its PUBACK.</summary>
internal sealed class Publication(MqttMessage message)
{
    private readonly TaskCompletionSource<string?> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MqttMessage Message => message;

    /// <summary>Nothing is published: the broker is only asked something that it has to answer.</summary>
    public bool IsQuestion { get; init; }

    /// <summary>Null when acknowledged, else the reason in words.</summary>
    public Task<string?> Outcome => _outcome.Task;

    public void Complete(string? trouble) => _outcome.TrySetResult(trouble);

    public void Cancel(CancellationToken cancellation) => _outcome.TrySetCanceled(cancellation);
}
