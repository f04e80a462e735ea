namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Clears the retained messages of what a site has no longer: each until the broker has taken it, and then not again.</summary>
/// <remarks>Who is subscribed hears an empty message of each. A few at a time with a rest between, so that a thin uplink has room for what there is; beyond
/// <see cref="TopicsMax"/> the first are left out.</remarks>
/// <param name="topics">Full topics, the most important last.</param>
public sealed class GoneTopics(MqttLink link, IReadOnlyCollection<string> topics, TimeProvider time)
{
    /// <summary>More than a site of 400 points whose every name was changed twice.</summary>
    public const int TopicsMax = 1_024;

    /// <summary>Between two handfuls of <see cref="LivePoints.UnderWayMax"/>: all are cleared within two minutes.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>Wait before what the broker did not take is offered again: it may deny it for good.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    /// <summary>Runs until cancelled, or until the link is disposed of; ends quietly then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            var waiting = new Queue<string>(topics.TakeLast(TopicsMax));
            while (waiting.Count > 0)
            {
                await link.WaitForConnectionAsync(cancellation);
                await Task.Delay(await ClearAsync(waiting, cancellation) ? Rest : Retry, time, cancellation);
            }
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <returns>Whether all that was offered was taken; what was not waits again, after the others.</returns>
    private async Task<bool> ClearAsync(Queue<string> waiting, CancellationToken cancellation)
    {
        var handful = waiting.Take(LivePoints.UnderWayMax).Select(topic => new MqttMessage(topic, ReadOnlyMemory<byte>.Empty, Retain: true)).ToArray();
        var troubles = await link.PublishAllAsync(handful, cancellation);
        for (var i = 0; i < handful.Length; i++)
        {
            waiting.Dequeue();
            if (troubles[i] is not null) waiting.Enqueue(handful[i].Topic);
        }
        return troubles.All(trouble => trouble is null);
    }
}
