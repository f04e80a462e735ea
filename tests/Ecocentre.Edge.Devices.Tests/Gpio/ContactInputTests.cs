using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Gpio;

/// <summary>A wire that comes loose, from the voltage of its line to the state of its desk.</summary>
public sealed class ContactInputTests
{
    private readonly VirtualTime _time = new();
    private readonly List<DeskStatus> _changes = [];

    private Instant Now => Instant.From(_time.GetUtcNow());

    [Theory]
    [InlineData(1, 300)]
    [InlineData(5, 300)]
    [InlineData(10, 300)]
    [InlineData(30, 300)]
    [InlineData(60, 300)]
    // A desk that allows more than its line ever tells.
    [InlineData(60, 5_000)]
    public void Desk_under_a_loose_wire_claims_nothing_and_comes_back_when_it_is_mended(int confirmSeconds, int chatterEdgesMax) => _time.Run(async () =>
    {
        var chip = new SimulatedGpioChip("chip", 1, _time);
        var input = new ContactInput(
            new ContactOptions { Name = "pir", Line = new LineSettings(0), Confirm = TimeSpan.FromSeconds(confirmSeconds) }, new PointId(0), _time);
        await using var bank = new GpioBank("gpio", [input], lines => chip.Request(lines), _time, () => Now);
        var rules = DeskRules.Default with { ChatterEdgesMax = chatterEdgesMax, Hold = TimeSpan.FromMinutes(3) };
        var plan = OccupancyPlan.Of([input.Point], [new Space("hall", "Hall", null)], [new Desk("d1", "1", "hall", [new PointId(0)]) { Rules = rules }]);
        var gateway = new Gateway(plan, TimeZoneInfo.Utc, GatewayLimits.Default);
        using var end = new CancellationTokenSource();
        var polls = PollAsync();

        await PassAsync(TimeSpan.FromMinutes(5), isLoose: false);
        Assert.Equal(DeskState.Free, State());

        await PassAsync(TimeSpan.FromMinutes(4), isLoose: true);
        var expected = chatterEdgesMax == 300 ? DeskState.Fault : DeskState.Unknown;
        Assert.Equal(expected, State());
        _changes.Clear();
        await PassAsync(TimeSpan.FromMinutes(10), isLoose: true);
        Assert.Empty(_changes);
        Assert.Equal(expected, State());

        chip.Drive(0, isHigh: false);
        await PassAsync(TimeSpan.FromMinutes(8), isLoose: false);
        Assert.Equal(DeskState.Free, State());
        end.Cancel();
        await polls;

        // Twenty changes a second: as many as a debounce of 50 ms lets through.
        async Task PassAsync(TimeSpan span, bool isLoose)
        {
            var isHigh = false;
            for (var until = _time.Elapsed + span; _time.Elapsed < until;)
            {
                if (isLoose) chip.Drive(0, isHigh = !isHigh);
                await Task.Delay(TimeSpan.FromMilliseconds(50), _time);
                Settle();
            }
        }

        async Task PollAsync()
        {
            var buffer = new Reading[1];
            while (!end.IsCancellationRequested)
            {
                var result = await bank.PollAsync(buffer, end.Token);
                gateway.Accept(buffer.AsSpan(0, result.Count), Now);
                Settle();
            }
        }

        void Settle() => _changes.AddRange(gateway.SettleDesks(Now));

        DeskState State() => gateway.TakeSnapshot(Now).Desks[0].State;
    });
}
