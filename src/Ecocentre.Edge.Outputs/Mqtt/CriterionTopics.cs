using System.Collections.Immutable;
using System.Text;
using System.Threading.Channels;
using Ecocentre.Edge.Criteria;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Keeps the retained <c>criteria/{criterion}</c> messages at the verdicts so far: told when the text of one changed, and all again on a new
/// connection.</summary>
/// <remarks>The payload is <see cref="VerdictJson"/>. Of each criterion the verdict of the shortest period over a day that it is judged over is told: that is
/// the one people can still do something about. It keeps nothing but the newest picture.</remarks>
public sealed class CriterionTopics(Topics topics, MqttLink link)
{
    private readonly Channel<ImmutableArray<Verdict>> _shown =
        Channel.CreateBounded<ImmutableArray<Verdict>>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);

    /// <summary>Hands over the verdicts of all running periods. Any thread; returns at once.</summary>
    public void Show(ImmutableArray<Verdict> verdicts) => _shown.Writer.TryWrite(verdicts);

    /// <summary>The verdict of each criterion that is told.</summary>
    public static IEnumerable<Verdict> Told(ImmutableArray<Verdict> verdicts) =>
        verdicts.GroupBy(v => v.Criterion).Select(g => g.OrderBy(v => v.Period.Kind == PeriodKind.Day).ThenBy(v => v.Period.Kind).First());

    /// <summary>Runs until cancelled, or until the link is disposed of; ends quietly then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (long connection = 0; await _shown.Reader.WaitToReadAsync(cancellation);)
            {
                var present = await link.WaitForConnectionAsync(0, cancellation);
                if (present != connection) _told.Clear();
                connection = present;
                if (_shown.Reader.TryRead(out var verdicts)) await TellAsync(verdicts, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private async Task TellAsync(ImmutableArray<Verdict> verdicts, CancellationToken cancellation)
    {
        foreach (var verdict in Told(verdicts))
        {
            if (!link.IsConnected) return;
            var text = VerdictJson.Write(verdict);
            if (_told.GetValueOrDefault(verdict.Criterion) == text) continue;
            var message = new MqttMessage(topics.Criterion(verdict.Criterion), Encoding.UTF8.GetBytes(text), Retain: true);
            if (await link.PublishAsync(message, cancellation) is null) _told[verdict.Criterion] = text;
        }
    }
}
