using Ecocentre.Edge.Outputs.HomeAssistant;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge;

/// <summary>Takes back what Home Assistant was told of a centre, for a site that does not tell it any more: once, on a connection that lasts as long as
/// that takes.</summary>
/// <param name="options">How the site reaches its broker.</param>
/// <param name="broker">The site's connection to it.</param>
/// <param name="prefix">Home Assistant's discovery prefix.</param>
internal sealed class HomeAssistantFarewell((Topics Topics, MqttOptions Options) options, MqttLink broker, string prefix, TimeProvider network)
{
    // A broker that denies the topics is not asked again before the site's own connection is a new one.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private RunningTask? _work;

    internal string Prefix => prefix;

    /// <summary>The broker has nothing of it any more. Any thread.</summary>
    internal bool IsDone { get; private set => Volatile.Write(ref field, value); }

    internal void Start(RunningTasks tasks) => _work ??= tasks.Begin(cancellation => [RunAsync(cancellation)]);

    internal async Task EndAsync()
    {
        if (_work is not null) await _work.EndAsync();
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (long connection = 0; !IsDone;)
            {
                connection = await broker.WaitForConnectionAsync(connection, cancellation);
                await ClearAsync(cancellation);
            }
            await Task.Delay(Timeout.InfiniteTimeSpan, network, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private async Task ClearAsync(CancellationToken cancellation)
    {
        var own = options.Options with { ClientId = $"{options.Options.ClientId}-ha-bye" };
        await using var link = Adapters.Link(own, null, network, Jitter.For(own.ClientId));
        using var patience = new CancellationTokenSource(Patience, network);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await HomeAssistantDiscovery.ClearAsync(options.Topics, link, prefix, network, either.Token);
            IsDone = true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
        }
    }
}
