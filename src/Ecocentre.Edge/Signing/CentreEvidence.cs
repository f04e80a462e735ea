using System.Collections.Immutable;
using System.Net;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Web;

namespace Ecocentre.Edge.Signing;

/// <summary>The signed side of a running centre: signs heads, has them stamped where the site says by whom, sees who outside holds them, and shows
/// it.</summary>
internal sealed class CentreEvidence : IDisposable
{
    // Copies are told by the day; a minute is nothing.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMinutes(1);

    private readonly RunningCentre _centre;
    private readonly OutsideCopies _outside;
    private readonly Attestation _attestation;
    private readonly TimestampAuthority? _authority;
    private readonly Timestamping? _stamping;

    internal CentreEvidence(RunningCentre centre)
    {
        _centre = centre;
        _outside = new OutsideCopies(() => Elsewhere(centre.Site), sink => Acknowledged(centre.Log, sink));
        _attestation = new Attestation(centre.Log, centre.Archive, centre.Signer, _outside);
        if (centre.Site.Evidence.Timestamp is not { } address) return;
        _authority = new TimestampAuthority(address, centre.Site.Evidence.TimestampAuthorityFile, centre.Network);
        _stamping = new Timestamping(_authority, centre.Archive, _outside);
    }

    internal EvidenceView View => new(
        () => _attestation.Head, () => _centre.Keys.Chain, () => _outside.Known, _attestation.Prove, _attestation.ProveEntry);

    /// <inheritdoc cref="Attestation.Sign"/>
    internal IReadOnlyList<LogFact> Sign(SealedDay day)
    {
        var facts = _attestation.Sign(day, _centre.Clock.Now);
        if (_attestation.Head is { } head) _stamping?.Offer(head, day);
        return facts;
    }

    /// <summary>Looks and asks until cancelled.</summary>
    internal IEnumerable<Task> Start(CancellationToken cancellation)
    {
        yield return LookAsync(cancellation);
        if (_stamping is not null) yield return _stamping.RunAsync(_centre.Network, Jitter.For(OutsideCopies.Stamp), cancellation);
    }

    internal IEnumerable<Trouble> Troubles()
    {
        if (_centre.Keys.Trouble is { } unsigned) yield return new Trouble("evidence", $"Checkpoints are not signed: {unsigned}", Fatal: false);
        if (_stamping?.Trouble is { } unstamped) yield return new Trouble("evidence", unstamped, Fatal: false);
    }

    public void Dispose() => _authority?.Dispose();

    /// <summary>Sinks on other machines: what lies on this one goes down with it.</summary>
    internal static ImmutableArray<string> Elsewhere(Site site)
    {
        var sinks = ImmutableArray.CreateBuilder<string>();
        if (site.Mqtt is { } mqtt && !IsHere(mqtt.Broker)) sinks.Add(Tellings.MqttName);
        if (site.Influx is { } influx && !IsHere(influx.Url)) sinks.Add(Tellings.InfluxName);
        return sinks.ToImmutable();
    }

    /// <summary>A sink that is about to come or go has acknowledged nothing.</summary>
    private static long Acknowledged(EvidenceLog log, string sink) => log.Health().Sinks.FirstOrDefault(lag => lag.Sink == sink)?.Acknowledged ?? 0;

    private static bool IsHere(Uri address) =>
        address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                _outside.Look(_centre.Log.Records(), _centre.Clock.Now);
                await Task.Delay(LookPeriod, _centre.Network, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }
}
