using System.Text;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.Commands;

public sealed class DemoDesksTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5), Standstill = TimeSpan.FromSeconds(30), Slack = TimeSpan.FromSeconds(25);

    private readonly SimulatedBox _box;
    private readonly DemoDesks _desks;

    // The morning of a workday.
    private Instant _at = Instant.From(new DateTimeOffset(2026, 11, 17, 9, 30, 0, TimeSpan.Zero));

    public DemoDesksTests()
    {
        _box = new SimulatedBox(new BuildingTruth(1, _at, TimeZoneInfo.Utc), TimeProvider.System, () => _at);
        _desks = new DemoDesks(_box, Every, Slack);
    }

    [Fact]
    public void Desks_that_are_told_as_they_are_agree()
    {
        Look(60, Every);
        Assert.Equal((true, false), (Agrees(out var text), text.Contains("not judged")));
    }

    [Fact]
    public void Sensors_that_are_well_and_stay_silent_disagree()
    {
        Look(60, Every, DeskState.Unknown);
        Assert.Equal((false, true), (Agrees(out var text), text.Contains("but its sensor is well")));
    }

    [Fact]
    public void Empty_desks_that_are_told_as_taken_disagree()
    {
        Look(60, Every, DeskState.Occupied);
        Assert.Equal((false, true), (Agrees(out var text), text.Contains("nobody was there")));
    }

    [Fact]
    public void Sensors_that_begin_anew_after_a_standstill_are_not_held_against_it()
    {
        Look(40, Every);
        Look(1, Standstill, DeskState.Unknown);
        Look(5, Every, DeskState.Unknown);
        Look(20, Every);
        Assert.Equal((true, true), (Agrees(out var text), text.Contains("not judged: the machine had just stood still")));
    }

    [Fact]
    public void Sensors_that_stay_silent_long_after_a_standstill_disagree()
    {
        Look(40, Every);
        Look(1, Standstill, DeskState.Unknown);
        Look(60, Every, DeskState.Unknown);
        Assert.Equal((false, true), (Agrees(out var text), text.Contains("but its sensor is well")));
    }

    private bool Agrees(out string text)
    {
        var said = new StringBuilder();
        var agrees = _desks.Agrees(said);
        text = said.ToString();
        return agrees;
    }

    /// <summary>So many looks, at desks as they truly are or all in one state.</summary>
    private void Look(int looks, TimeSpan every, DeskState? instead = null)
    {
        for (var look = 0; look < looks; look++)
        {
            _at += every;
            var desks = _box.Inputs.Where(input => input.Desk is not null).Select(input => input.Desk!.Value).Order();
            _desks.Look(new Snapshot(_at, 0, true, [], []) { Desks = [.. desks.Select(desk => Status(desk, instead))] });
        }
    }

    private DeskStatus Status(int desk, DeskState? instead)
    {
        var truly = _box.Truth.IsDeskTaken(desk, _at) ? DeskState.Occupied : DeskState.Free;
        return new DeskStatus(desk, instead ?? truly, _at, _at, _at + TimeSpan.FromSeconds(12.5), 1, 0);
    }
}
