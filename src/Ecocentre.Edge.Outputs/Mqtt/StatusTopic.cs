namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Keeps the retained <c>status</c> message true: told anew after every connection, because the will has said otherwise, and from
/// time to time with the log's head.</summary>
/// <param name="period">Time between two messages while the connection lasts.</param>
public sealed class StatusTopic(Topics topics, MqttLink link, TimeSpan period, TimeProvider time)
{
    /// <summary>Asked before each message; any thread, returns at once.</summary>
    public required Func<CentreStatus> Status { get; init; }

    /// <summary>Runs until cancelled, or until the link is disposed of; ends quietly then. The link says itself when it goes.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (long connection = 0; ;)
            {
                connection = await NextAsync(connection, cancellation);
                // A message that is not taken is told again with the next connection or period.
                if (link.IsConnected) await link.PublishAsync(Status().ToMessage(topics, online: true), cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Waits for a newer connection, or for the period.</summary>
    private async Task<long> NextAsync(long connection, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(period, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return await link.WaitForConnectionAsync(connection, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return connection;
        }
    }
}
