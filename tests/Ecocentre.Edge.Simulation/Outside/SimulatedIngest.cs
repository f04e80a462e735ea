using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Ingest;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation.Outside;

/// <summary>The process that fills the database from the broker: the gateway's own ingest, which dies now and then with everything it holds.</summary>
internal sealed class SimulatedIngest(Agenda agenda, Random random, SimulatedBroker broker, SimulatedDatabase database, string folder)
{
    private static readonly InfluxOptions Target = new() { Url = new Uri("http://simulated:8086"), Database = "centres" };

    private readonly IngestOptions _options = new() { Name = "ingest-1", RejectedFolder = Path.Combine(folder, "rejected") };
    private SimulatedProcess? _process;
    private SimulatedLink? _link;
    private IngestLoop? _loop;

    /// <summary>Why it ended by itself, or null.</summary>
    public Exception? Failure => _process?.Failure;

    /// <summary>What it holds may not be more than it says.</summary>
    public bool IsBounded => _loop is null || _loop.Health.PendingBytes <= _options.PendingBytesMax;

    /// <summary>Lines that it set apart: none is to blame here.</summary>
    public long LinesSetApart { get; private set; }

    public void Start()
    {
        Count();
        var process = _process = new SimulatedProcess(agenda, now => DateTimeOffset.UnixEpoch.AddTicks(now));
        var link = _link = new SimulatedLink(broker, process.Time, "ingest-1");
        var loop = _loop = new IngestLoop(link, new InfluxWriter(Target, process.Time, database.Wire()), _options, process.Time, new Random(random.Next()));
        process.Start(() => loop.RunAsync(CancellationToken.None));
    }

    /// <summary>Dies before one of its next steps: between any two awaits, so also between the write and its acknowledgement.</summary>
    public void DieAt(int steps, TimeSpan away, Action died)
    {
        if (_process is not { IsAlive: true } process) return;
        process.KillAtStep(process.Steps + steps, () =>
        {
            died();
            _link!.Cut();
            agenda.In(away, Start);
        });
    }

    /// <summary>Takes back a death that has not come.</summary>
    public void Spare() => _process?.Spare();

    /// <summary>Asks the gateway for the past.</summary>
    public void AskReplay(long from, long to)
    {
        if (_process is { IsAlive: true } process && _loop is { } loop)
            process.Start(async () => await loop.RequestReplayAsync(GatewayProcess.Centre, from, to, CancellationToken.None));
    }

    public void Count()
    {
        if (_loop is not null) LinesSetApart += _loop.Health.LinesSetApart;
    }
}
