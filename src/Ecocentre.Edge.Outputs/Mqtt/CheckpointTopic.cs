using System.Text;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Keeps the retained <c>checkpoint</c> message at the signed head of the evidence tree, a text as C2SP tlog-checkpoint: told when there is a new
/// one, and again on a new connection.</summary>
/// <param name="period">Time after which a new one is seen, and one that was not taken is told again.</param>
public sealed class CheckpointTopic(Topics topics, MqttLink link, TimeSpan period, TimeProvider time)
{
    /// <summary>The signed note, or null while there is none; any thread, returns at once.</summary>
    public required Func<string?> Note { get; init; }

    /// <summary>Runs until cancelled, or until the link is disposed of; ends quietly then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            string? told = null;
            for (long connection = 0; ;)
            {
                var present = await NextAsync(connection, cancellation);
                if (present != connection) told = null;
                connection = present;
                if (!link.IsConnected || Note() is not { } note || note == told) continue;
                var message = new MqttMessage(topics.Checkpoint, Encoding.UTF8.GetBytes(note), Retain: true);
                if (await link.PublishAsync(message, cancellation) is null) told = note;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Waits for a newer connection, or for the period; a connection that came as the period ended counts.</summary>
    private async Task<long> NextAsync(long connection, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(period, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        for (var isOver = false; ; isOver = true)
            try
            {
                return await link.WaitForConnectionAsync(connection, either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Else the same note would be told once for the period and once for the connection.
                if (isOver) return connection;
            }
    }
}
