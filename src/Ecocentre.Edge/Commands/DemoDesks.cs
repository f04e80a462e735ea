using System.Globalization;
using System.Text;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Commands;

/// <summary>Holds what a gateway says of desks against who sits there, at each look. Right after the machine has stood still nothing is held against it: what a
/// desk's sensor said holds for some seconds of the building, and is then rightly not known until it speaks again.</summary>
/// <param name="looksEvery">Building time from one look to the next.</param>
/// <param name="slack">Building time from somebody's move to the picture that shows it, on a busy machine.</param>
internal sealed class DemoDesks(SimulatedBox box, TimeSpan looksEvery, TimeSpan slack)
{
    // A PIR is not believed for thirty seconds after it got its power.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);

    private readonly SimulatedInput[] _watching = [.. box.Inputs.Where(i => i.Desk is not null).OrderBy(i => i.Desk)];
    private readonly List<string> _wrong = [];
    private Instant _since, _last, _judgedFrom;
    private long _looks, _judged, _known, _right;

    /// <summary>Looks at all desks of a picture; one that was seen already is passed over.</summary>
    internal void Look(Snapshot snapshot)
    {
        if (snapshot.At <= _last || snapshot.Desks.Length != _watching.Length) return;
        // A picture is taken with each beat, and may be the one before.
        var stoodStill = _looks > 0 && snapshot.At - _last > 1.5 * looksEvery + 2 * GatewayLoop.Beat;
        if (stoodStill) _judgedFrom = snapshot.At + slack;
        if (stoodStill || _looks == 0) _since = snapshot.At;
        _last = snapshot.At;
        for (var i = 0; i < _watching.Length; i++) Look(_watching[i], snapshot.Desks[i], snapshot.At);
    }

    internal bool Agrees(StringBuilder text)
    {
        text.AppendLine(CultureInfo.InvariantCulture,
            $"desks               {_looks} looks at {_watching.Length} desks: state known in {Percent(_known)}, as it truly was in {Percent(_right)}");
        foreach (var words in _wrong.Take(5)) text.AppendLine(CultureInfo.InvariantCulture, $"                    {words}  DISAGREES");
        if (_wrong.Count > 5) text.AppendLine(CultureInfo.InvariantCulture, $"                    and {_wrong.Count - 5} more");
        if (_judged < _looks)
            text.AppendLine(CultureInfo.InvariantCulture, $"                    {_looks - _judged} of them not judged: the machine had just stood still");
        return _wrong.Count == 0 && _judged > 0;
    }

    private void Look(SimulatedInput input, in DeskStatus desk, Instant at)
    {
        var hold = SimulatedBox.HoldOf(input);
        _looks++;
        var stays = box.Truth.DeskStays(input.Desk!.Value, at - hold - slack, at);
        var isTaken = stays.Any(stay => stay.From <= at && stay.To > at);
        var isKnown = desk.State is not (DeskState.Unknown or DeskState.Fault);
        if (isKnown) _known++;
        // Who left is held for a while: that is no mistake.
        if (isKnown && (desk.State == DeskState.Free ? !isTaken : isTaken || stays.Count > 0)) _right++;
        if (at < _judgedFrom) return;
        _judged++;
        switch (desk.State)
        {
            case DeskState.Free when stays.Any(stay => stay.From <= at - slack && stay.To > at):
                Wrong("somebody sits there", desk, at);
                break;
            case DeskState.Occupied or DeskState.Held when stays.Count == 0:
                Wrong("nobody was there for longer than its hold time", desk, at);
                break;
            case DeskState.Unknown or DeskState.Fault when at - _since > hold + WarmUp + slack:
                Wrong("its sensor is well", desk, at);
                break;
        }
        if (isKnown && desk.ValidUntil < at - slack) Wrong($"that held until {desk.ValidUntil} only", desk, at);
    }

    private void Wrong(string what, in DeskStatus desk, Instant at) => _wrong.Add($"{BuildingPlan.Desks[desk.Desk].Id} is {desk.State} at {at}, but {what}");

    private string Percent(long count) => (count / (double)Math.Max(1, _looks)).ToString("P1", CultureInfo.InvariantCulture);
}
