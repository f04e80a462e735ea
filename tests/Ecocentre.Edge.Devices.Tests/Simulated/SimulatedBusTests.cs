using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed partial class SimulatedBusTests
{
    private static readonly Instant Now = Instant.From(new DateTimeOffset(2026, 6, 15, 9, 12, 34, TimeSpan.Zero));

    /// <summary>Goal: a client that is not ours understands the simulated building. Method: mbpoll reads numbers of each layout over
    /// loopback; its print is compared with what the meter's registers stand for.</summary>
    /// <param name="type">mbpoll: table 3 input or 4 holding, then the type; 32 bits come least significant word first, -B turns that.</param>
    [Theory]
    [InlineData("main", 65, "power.active", "-t 4:float -B", 1)]
    [InlineData("heat-pump", 0x5B14, "power.active", "-t 4:int -B", 0.01)]
    [InlineData("plugs-open-space", 40, "power.active", "-t 3:int", 0.1)]
    [InlineData("plugs-open-space", 52, "energy.active.import", "-t 3:int", 0.1)]
    [InlineData("lighting", 3059, "power.active", "-t 4:float -B", 1000)]
    [InlineData("plugs-kitchen", 50_946, "energy.active.import", "-t 4:int -B", 0.01)]
    public async Task Mbpoll_reads_what_the_registers_stand_for(string name, int register, string quantity, string type, double factor)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
        var building = SimulatedBuilding.Default(7, zone, MeterCatalogue.Load(Repository.MeterModels, []), () => Now);
        await using var server = new ModbusTcpServer(building.Buses.Single(b => b.Name == "cabinet"), TimeProvider.System);
        server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var device = building.Device(name);
        var output = await PeerProcess.RunAsync("mbpoll",
            $"-m tcp -p {server.EndPoint!.Port} -a {device.Unit} -0 -r {register} -c 1 {type} -1 -q 127.0.0.1".Split(' '));
        var printed = Printed().Match(output);
        Assert.True(printed.Success, output);
        var shown = device.Meter.Shown(device.Meter.Model.Points[quantity], Now);
        // mbpoll prints six digits of a float.
        var allowed = type.Contains("float") ? Math.Abs(shown) * 1e-5 : factor / 2 * 1.000001;
        Assert.Equal(shown, double.Parse(printed.Groups[1].Value, CultureInfo.InvariantCulture) * factor, allowed);
    }

    [GeneratedRegex(@"^\[\d+\]:\s+(-?[\d.]+)", RegexOptions.Multiline)]
    private static partial Regex Printed();
}
