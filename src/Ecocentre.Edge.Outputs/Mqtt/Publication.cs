namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>A message on its way and the one who waits for its PUBACK.</summary>
internal sealed class Publication(MqttMessage message)
{
    private readonly TaskCompletionSource<string?> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MqttMessage Message => message;

    /// <summary>Null when acknowledged, else the reason in words.</summary>
    public Task<string?> Outcome => _outcome.Task;

    public void Complete(string? trouble) => _outcome.TrySetResult(trouble);

    public void Cancel(CancellationToken cancellation) => _outcome.TrySetCanceled(cancellation);
}
