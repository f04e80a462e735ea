using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Orders;

/// <summary>Carries orders out beside the running gateway: what is recorded goes through its loop, a sensor is borrowed from its bus.</summary>
internal sealed class GatewayOffice(RunningCentre centre, RunningBuses buses, Intake intake) : OrderOffice
{
    internal override Site Site => centre.Site;

    internal override Instant Now => centre.Clock.Now;

    internal override Snapshot? Latest => centre.Picture.Latest;

    internal override Task<OrderAnswer> ReloadAsync(CancellationToken cancellation) => centre.Reloads.ReloadAsync(cancellation);

    internal override IReadOnlyList<LogEntry> Records() => centre.Log.Records();

    internal override CentreLabel? Label(IProgress<string> progress, CancellationToken cancellation) => centre.Label;

    internal override KeyRing Keys => centre.Keys;

    internal override CounterCarry? Carry(string point) =>
        centre.Log.Carries().Where(c => c.Point == point).Select(c => (CounterCarry?)c).FirstOrDefault();

    internal override async Task<long> RecordAsync(
        IReadOnlyList<LogFact> facts, Action<Gateway>? apply, CancellationToken cancellation)
    {
        var work = new LoopWork(facts, apply);
        await intake.Work.Writer.WriteAsync(work, cancellation);
        return await work.Done.Task.WaitAsync(cancellation);
    }

    internal override async Task<CalibrationResult> CalibrateAsync(
        string device, double target, IProgress<string> progress, CancellationToken cancellation) =>
        await buses.BorrowAsync(device, borrowed => ((Sensor)borrowed).CalibrateAsync(target, progress, cancellation), cancellation);
}
