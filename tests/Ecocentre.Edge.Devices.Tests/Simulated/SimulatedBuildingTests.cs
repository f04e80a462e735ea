using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Tests.Modbus;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class SimulatedBuildingTests
{
    private const int Seed = 99;

    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
    private static readonly MeterCatalogue Catalogue = MeterCatalogue.Load(Repository.MeterModels, []);

    private readonly Instant _now = Instant.From(new DateTimeOffset(2026, 6, 15, 8, 30, 0, TimeSpan.Zero));

    [Fact]
    public void The_demo_building_has_what_the_demo_promises()
    {
        var building = SimulatedBuilding.Default(Seed, Paris, Catalogue, () => _now);
        var devices = building.Buses.SelectMany(b => b.Devices).ToArray();
        Assert.Equal(11, devices.Count(d => d.Meter.Model.Points.Keys.Any(k => k.StartsWith("energy.", StringComparison.Ordinal))));
        Assert.Equal(devices.Length, devices.Select(d => d.Name).Distinct().Count());
        Assert.Equal(2, building.Buses.Count(b => b.Kind == SimulatedBusKind.Tcp));
        Assert.Equal(4, building.Buses.Single(b => b.Kind == SimulatedBusKind.Rtu).Devices.Length);
        Assert.Single(devices, d => !d.Meter.Model.SunSpecIds.IsEmpty);
        Assert.Equal(2, devices.Count(d => d.Meter.Model.Points.ContainsKey("co2")));
        Assert.True(devices.Select(d => d.Meter.Model.Brand).Distinct().Count() >= 8);
    }

    [Fact]
    public void Each_unit_answers_for_itself_and_others_stay_silent()
    {
        var building = SimulatedBuilding.Default(Seed, Paris, Catalogue, () => _now);
        foreach (var bus in building.Buses)
        {
            foreach (var device in bus.Devices)
            {
                var point = device.Meter.Model.Points.Values.First(p => p.Table is RegisterTable.Input or RegisterTable.Holding);
                if (!device.Meter.Model.SunSpecIds.IsEmpty) continue;
                var words = new ushort[point.Length];
                Assert.Equal(0, bus.Read(new ModbusRead(device.Unit, point.Table, (ushort)point.Address, (ushort)point.Length), words));
                var own = new ushort[point.Length];
                device.Meter.Read(new ModbusRead(device.Unit, point.Table, (ushort)point.Address, (ushort)point.Length), _now, own);
                Assert.Equal(own, words);
            }
            Assert.Equal(-1, bus.Read(new ModbusRead(77, RegisterTable.Holding, 0, 2), new ushort[2]));
        }
    }

    [Fact]
    public void Each_device_of_the_demo_is_recognised_by_a_scan()
    {
        var building = SimulatedBuilding.Default(Seed, Paris, Catalogue, () => _now);
        var time = new VirtualTime();
        foreach (var bus in building.Buses)
            foreach (var device in bus.Devices)
            {
                IReadOnlyList<ModelMatch> matches = [];
                var probe = new ModelProbe(new BankTransport(bus, time), Catalogue);
                time.Run(async () => matches = await probe.MatchAsync(device.Unit, CancellationToken.None));
                var own = matches.FirstOrDefault(m => m.Model.Id == device.Meter.Model.Id);
                var named = $"{device.Name} looks like {string.Join(", ", matches.Select(m => m.Model.Id))}";
                // The Countis E27 has the registers of the E23, the PAC2200 those of the PAC3200: none of them is surer than the other.
                Assert.True(own is not null && own.Exact == matches[0].Exact && own.Found.Length == matches[0].Found.Length, named);
            }
    }

    [Fact]
    public void What_the_meters_gain_is_what_truly_flowed()
    {
        var building = SimulatedBuilding.Default(Seed, Paris, Catalogue, () => _now);
        var from = _now + TimeSpan.FromSeconds(11);
        var to = from + TimeSpan.FromHours(3);
        foreach (var device in building.Buses.SelectMany(b => b.Devices))
        {
            if (!device.Meter.Model.Points.ContainsKey("energy.active.import")) continue;
            var flow = building.TrueEnergyKwh(device.Name, from, to);
            var (import, export) = (Gain(device, "energy.active.import"), Gain(device, "energy.active.export"));
            var step = device.Meter.Model.Points["energy.active.import"].Resolution;
            Assert.InRange(import - flow.Import, -step, step);
            Assert.InRange(export - flow.Export, -step, step);
        }
        Assert.True(building.TrueEnergyKwh("pv", from, to).Export > 1);
        Assert.Throws<ArgumentException>(() => building.TrueEnergyKwh("air-quiet-space", from, to));
        Assert.Throws<ArgumentException>(() => building.TrueEnergyKwh("lift", from, to));

        double Gain(SimulatedDevice device, string quantity)
        {
            var point = device.Meter.Model.Points[quantity];
            return device.Meter.Shown(point, to) - device.Meter.Shown(point, from);
        }
    }

    [Fact]
    public void A_catalogue_without_a_needed_model_is_refused_with_its_name()
    {
        var refusal = Assert.Throws<ArgumentException>(() => SimulatedBuilding.Default(Seed, Paris, new MeterCatalogue([]), () => _now));
        Assert.Contains("siemens-pac3200", refusal.Message);
    }

    [Fact]
    public void The_same_seed_builds_the_same_meters()
    {
        Assert.Equal(Import(Seed, "main"), Import(Seed, "main"));
        Assert.NotEqual(Import(Seed, "main"), Import(Seed + 1, "main"));
        Assert.NotEqual(Import(Seed, "main"), Import(Seed, "plugs-kitchen"));

        double Import(int seed, string device) => SimulatedBuilding.Default(seed, Paris, Catalogue, () => _now)
            .Device(device).Meter.Value("energy.active.import", _now + TimeSpan.FromMinutes(17));
    }
}
