using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Tests.Sites;

public sealed class BusPlacesTests : IDisposable
{
    private readonly SiteBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Chips_come_out_with_address_branch_and_instrument()
    {
        var site = _bench.Good(
            """
            "altitude": 254, "spaces": [ { "id": "hall" }, { "id": "desk-1" } ], "buses": [ { "name": "i2c", "i2c": { "path": "/dev/i2c-1", "kilohertz": 400 }, "devices": [
              { "name": "a", "sensor": "sht41", "place": "hall", "period": "5s", "points": { "humidity": { "place": "desk-1" }, "temperature": {} },
                "instrument": { "maker": "Sensirion", "serial": "77", "height": 1.1, "installed": "2026-01-10", "calibrated": "2026-02-28", "calibrationMonths": 24 } },
              { "name": "b", "sensor": "sht31", "address": "0x45", "mux": { "address": "0x71", "channel": 7 } },
              { "name": "x", "expander": "mcp23017", "place": "hall", "contacts": [ { "name": "p1", "line": 0, "warmUp": "30s" }, { "name": "p2", "line": 15, "place": "desk-1" } ] } ] } ]
            """);
        var bus = Assert.IsType<ChipBus>(Assert.Single(site.Buses));
        Assert.Equal(("/dev/i2c-1", 400_000), (bus.Path, bus.Hertz));
        var a = Assert.IsType<SiteSensor>(bus.Devices[0]);
        Assert.Equal((254.0, TimeSpan.FromSeconds(5), "hall"), (a.Options.AltitudeMetres, a.Options.Period, a.Options.Place));
        Assert.Equal(new DateTimeOffset(2028, 2, 28, 0, 0, 0, TimeSpan.Zero), a.Options.Instrument!.ValidUntil!.Value.ToDateTimeOffset());
        Assert.Equal([new Instrument("a") with { Maker = "Sensirion", Serial = "77", HeightMetres = 1.1, Installed = new(2026, 1, 10),
            Calibrated = new(2026, 2, 28), CalibrationMonths = 24 }],
            site.Instruments);
        Assert.Equal((new MuxBranch(0x71, 7), (byte)0x45), (Assert.IsType<SiteSensor>(bus.Devices[1]) is var b ? b.Branch : null, b.Options.Address));
        Assert.Equal(["a.humidity", "a.temperature", "b.temperature", "b.humidity", "p1.presence", "p2.presence"],
            site.Plans[0].Points.Select(p => p.Name));
        Assert.Equal(["desk-1", "hall", null, null, "hall", "desk-1"], site.Plans[0].Points.Select(p => p.Place));
        Assert.Equal(Enumerable.Range(0, 6), site.Plans[0].Points.Select(p => (int)p.Id.Value));
        Assert.Contains("0x71:7", site.Plans[0].Description);
        Assert.InRange(site.Plans[0].Share, 0.001, 0.05);
    }

    [Fact]
    public void Lines_come_out_as_contacts_and_pulses()
    {
        var site = _bench.Good(
            """
            "buses": [ { "name": "gpio", "gpio": { "path": "/dev/gpiochip0" }, "devices": [
              { "name": "pir", "contact": { "line": 17, "activeLow": true, "bias": "pull-up", "debounce": "20ms", "warmUp": "30s" } },
              { "name": "door", "contact": { "line": 18, "quantity": "contact" } },
              { "name": "water", "period": "30s", "pulse": { "line": 5, "quantity": "water", "perPulse": 0.01, "register": 123.45 } } ] } ]
            """);
        var bus = Assert.IsType<LineBus>(Assert.Single(site.Buses));
        var pir = Assert.IsType<SiteContact>(bus.Devices[0]).Options;
        Assert.Equal(new LineSettings(17, true, LineBias.PullUp, TimeSpan.FromMilliseconds(20)), pir.Line);
        Assert.Equal(TimeSpan.FromSeconds(30), pir.WarmUp);
        var water = Assert.IsType<SitePulse>(bus.Devices[2]).Options;
        Assert.Equal((0.01, 123.45, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(10)),
            (water.PerPulse, water.Register, water.Period, water.Line.Debounce));
        Assert.Equal(["pir.presence", "door.contact", "water.water"], site.Plans[0].Points.Select(p => p.Name));
    }

    [Fact]
    public void Topics_come_out_with_their_words()
    {
        var site = _bench.Good(
            """
            "buses": [ { "name": "bridge", "mqtt": { "broker": "mqtt://127.0.0.1:1884", "user": "u" }, "devices": [
              { "name": "z", "topic": "zigbee2mqtt/desk-7", "path": "$.occupancy", "values": { "true": 1, "false": 0 } },
              { "name": "roof", "topic": "lora/roof", "silentAfter": "25min", "points": { "co2": { "path": "$.co2" }, "pressure": { "path": "$.p", "unit": "Pa" } } } ] } ]
            """);
        var plan = Assert.IsType<BridgePlan>(Assert.Single(site.Plans));
        Assert.Equal(("u", "ecocentre-tested-bridge"), (plan.Bus.Broker.User, plan.Bus.Broker.ClientId));
        Assert.Equal(["z.presence", "roof.co2", "roof.pressure"], plan.Points.Select(p => p.Name));
        Assert.Equal(0.01, plan.Topics[1].Points[1].Factor);
        Assert.Equal(TimeSpan.FromMinutes(10), plan.Points[1].Period);
    }

    [Fact]
    public void An_expander_may_name_the_line_of_its_interrupt_pin()
    {
        const string expander = "{ \"name\": \"x\", \"expander\": \"mcp23017\", \"contacts\": [ { \"name\": \"p\", \"line\": 0 } ], "
            + "\"interrupt\": INTERRUPT }";
        const string bus = "\"buses\": [ { \"name\": \"i2c\", \"i2c\": { \"path\": \"/dev/i2c-1\" }, \"devices\": [ " + expander + " ] } ]";
        var site = _bench.Good(bus.Replace("INTERRUPT", "{ \"path\": \"/dev/gpiochip0\", \"line\": 4 }"));
        Assert.Equal(("/dev/gpiochip0", 4), Assert.IsType<SiteExpander>(Assert.Single(Assert.Single(site.Buses).Devices)).Interrupt);
        Assert.Contains(_bench.Mistakes(bus.Replace("INTERRUPT", "{ \"path\": \"/dev/gpiochip0\" }")),
            m => m.StartsWith("$.buses[0].devices[0].interrupt"));
    }

    [Fact]
    public void A_radar_sits_on_a_serial_bus_and_only_its_bluetooth_can_be_switched_off()
    {
        var site = _bench.Good(
            """
            "buses": [ { "name": "uart", "serial": { "path": "/dev/ttyAMA1", "baud": 256000 }, "devices": [ { "name": "radar", "sensor": "ld2410", "bluetooth": false } ] } ]
            """);
        Assert.Equal("radar.presence", Assert.Single(Assert.IsType<UartPlan>(Assert.Single(site.Plans)).Points).Name);
        var mistakes = _bench.Mistakes(
            """
            "buses": [
              { "name": "uart", "serial": { "path": "/dev/ttyAMA1", "baud": 9600 }, "devices": [ { "name": "radar", "sensor": "ld2410", "bluetooth": true } ] },
              { "name": "i2c", "i2c": { "path": "/dev/i2c-1" }, "devices": [ { "name": "air", "sensor": "sht41", "bluetooth": false } ] } ]
            """);
        Assert.Contains(mistakes, m => m.StartsWith("$.buses[0].serial.baud: ") && m.Contains("256000"));
        Assert.Contains(mistakes, m => m.StartsWith("$.buses[0].devices[0].bluetooth: "));
        Assert.Contains(mistakes, m => m.StartsWith("$.buses[1].devices[0].bluetooth: "));
    }

    [Fact]
    public void Addresses_that_clash_are_named()
    {
        var mistakes = _bench.Mistakes(
            """
            "buses": [ { "name": "i2c", "i2c": { "path": "/dev/i2c-1" }, "devices": [
              { "name": "trunk", "sensor": "sht41", "address": "0x44" },
              { "name": "same", "sensor": "sht31", "address": "0x44" },
              { "name": "behind", "sensor": "sht41", "address": "0x44", "mux": { "address": "0x70", "channel": 0 } },
              { "name": "free", "sensor": "sht41", "address": "0x45", "mux": { "address": "0x70", "channel": 0 } },
              { "name": "free-too", "sensor": "sht41", "address": "0x45", "mux": { "address": "0x70", "channel": 1 } },
              { "name": "twice", "sensor": "sht31", "address": "0x45", "mux": { "address": "0x70", "channel": 1 } },
              { "name": "none", "sensor": "sht41", "address": "0x20" },
              { "name": "odd", "sensor": "sht41", "address": "44", "mux": { "address": "0x62", "channel": 8 } } ] } ]
            """);
        Assert.Contains(mistakes, m => m.StartsWith("$.buses[0].devices[1]: ") && m.Contains("\"trunk\""));
        Assert.Contains(mistakes, m => m.StartsWith("$.buses[0].devices[2]: ") && m.Contains("\"trunk\""));
        Assert.Contains(mistakes, m => m.StartsWith("$.buses[0].devices[5]: ") && m.Contains("\"free-too\""));
        Assert.Contains(mistakes, m => m.StartsWith("$.buses[0].devices[6].address: ") && m.Contains("0x44"));
        Assert.Contains(mistakes, m => m.StartsWith("$.buses[0].devices[7].address: "));
        Assert.Contains(mistakes, m => m.StartsWith("$.buses[0].devices[7].mux.address: ") && m.Contains("0x77"));
        Assert.Contains(mistakes, m => m.StartsWith("$.buses[0].devices[7].mux.channel: "));
        Assert.DoesNotContain(mistakes, m => m.Contains("devices[3]") || m.Contains("devices[4]"));
    }

    [Fact]
    public void Pressure_comes_from_a_barometer()
    {
        const string chips = """
            "buses": [ { "name": "i2c", "i2c": { "path": "/dev/i2c-1" }, "devices": [ { "name": "weather", "sensor": "bme280" },
              { "name": "warmth", "sensor": "sht41" }, { "name": "air", "sensor": "scd41", "pressureFrom": "weather" } ] } ]
            """;
        _bench.Good(chips);
        Assert.Contains("$.buses[0].devices[2].pressureFrom: \"warmth\" tells no pressure",
            Assert.Single(_bench.Mistakes(chips.Replace("\"pressureFrom\": \"weather\"", "\"pressureFrom\": \"warmth\""))));
        Assert.Contains("Did you mean \"weather\"",
            Assert.Single(_bench.Mistakes(chips.Replace("\"pressureFrom\": \"weather\"", "\"pressureFrom\": \"wether\""))));
    }

    [Fact]
    public void Expanders_interrupt_line_is_a_line_like_any_other()
    {
        const string expander = """
            "buses": [ { "name": "gpio", "gpio": { "path": "/dev/gpiochip0" }, "devices": [ { "name": "pir", "contact": { "line": 17 } } ] },
              { "name": "i2c", "i2c": { "path": "/dev/i2c-1" }, "devices": [ { "name": "x", "expander": "mcp23017",
                "interrupt": { "path": "/dev/gpiochip0", "line": 4 }, "contacts": [ { "name": "p1", "line": 4 } ] } ] } ]
            """;
        _bench.Good(expander);
        Assert.Contains("$.buses[1].devices[0].interrupt.line",
            Assert.Single(_bench.Mistakes(expander.Replace("\"line\": 4 },", "\"line\": 17 },"))));
    }

    [Fact]
    public void Reset_line_of_the_multiplexers_is_a_line_like_any_other()
    {
        const string buses = """
            "buses": [ { "name": "gpio", "gpio": { "path": "/dev/gpiochip0" }, "devices": [ { "name": "pir", "contact": { "line": 17 } } ] },
              { "name": "i2c", "i2c": { "path": "/dev/i2c-1", "reset": { "path": "/dev/gpiochip0", "line": 4 } }, "devices": [
                { "name": "air", "sensor": "sht41", "mux": { "address": "0x70", "channel": 3 } },
                { "name": "x", "expander": "mcp23017", "interrupt": { "path": "/dev/gpiochip0", "line": 5 }, "contacts": [ { "name": "p1", "line": 4 } ] } ] } ]
            """;
        Assert.Equal(("/dev/gpiochip0", 4), Assert.IsType<ChipBus>(_bench.Good(buses).Buses[1]).Reset);
        foreach (var other in new[] { 5, 17 })
            Assert.Contains($"Line {other} is used already",
                Assert.Single(_bench.Mistakes(buses.Replace("\"line\": 4 } },", $"\"line\": {other} }} }},"))));
        Assert.Contains(_bench.Mistakes(buses.Replace(", \"line\": 4 } },", " } },")), m => m.StartsWith("$.buses[1].i2c.reset.line", StringComparison.Ordinal));
    }

    [Fact]
    public void Mistakes_on_every_kind_of_bus_are_named_with_place_and_remedy()
    {
        var mistakes = _bench.Mistakes(
            """
            "buses": [
              { "name": "i2c", "i2c": { "path": "/dev/i2c-1" }, "devices": [
                { "name": "a", "sensor": "sht14" }, { "name": "b", "sensor": "sht41", "period": "1ms", "points": { "co2": {} } },
                { "name": "c", "sensor": "sht41", "address": "0x45", "instrument": { "selfCalibration": true, "calibrationMonths": 12, "installed": "yesterday" } },
                { "name": "d", "expander": "mcp23017", "address": "0x30", "contacts": [ { "name": "e", "line": 16 }, { "name": "f", "line": 1 }, { "name": "g", "line": 1 } ] } ] },
              { "name": "gpio", "gpio": { "path": "/dev/gpiochip0" }, "devices": [
                { "name": "h", "contact": { "line": 4 } }, { "name": "i", "contact": { "line": 4, "bias": "up", "colour": 1 } },
                { "name": "j", "pulse": { "line": 5, "quantity": "co2", "perPulse": 0 } },
                { "name": "k", "pulse": { "line": 6, "quantity": "water", "perPulse": 0.01, "debounce": "40ms" } },
                { "name": "l" } ] },
              { "name": "uart", "serial": { "path": "/dev/ttyAMA1", "baud": 9600 }, "devices": [ { "name": "m", "sensor": "sht41" }, { "name": "n", "sensor": "sht41" } ] },
              { "name": "bridge", "mqtt": { "broker": "http://x" }, "devices": [
                { "name": "o", "topic": "a/#", "path": "occupancy" }, { "name": "p", "topic": "b", "quantity": "prsence" }, { "name": "q", "topic": "b", "points": { "smell": {} } } ] },
              { "name": "none", "devices": [ { "name": "r", "model": "eastron-sdm630", "unit": 1 } ] } ]
            """);
        string[] expected =
        [
            "$.buses[0].devices[0].sensor", "$.buses[0].devices[1].period", "$.buses[0].devices[1].points.co2",
            "$.buses[0].devices[2].instrument.selfCalibration", "$.buses[0].devices[2].instrument.calibrationMonths",
                "$.buses[0].devices[2].instrument.installed",
            "$.buses[0].devices[3].address", "$.buses[0].devices[3].contacts[0].line", "$.buses[0].devices[3].contacts[2].line",
            "$.buses[1].devices[1].contact.line", "$.buses[1].devices[1].contact.bias", "$.buses[1].devices[1].contact.colour",
            "$.buses[1].devices[2].pulse.quantity", "$.buses[1].devices[2].pulse.perPulse", "$.buses[1].devices[3].pulse.debounce",
                "$.buses[1].devices[4]",
            "$.buses[2].devices[1]", "$.buses[2].devices[0].sensor", "$.buses[2].devices[1].sensor",
            "$.buses[3].mqtt.broker", "$.buses[3].devices[0].topic", "$.buses[3].devices[0].path", "$.buses[3].devices[1].quantity",
            "$.buses[3].devices[2].topic", "$.buses[3].devices[2].points.smell", "$.buses[4]",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), mistakes.Select(m => m[..m.IndexOf(": ", StringComparison.Ordinal)])
            .Order(StringComparer.Ordinal));
        Assert.Contains("sht41", mistakes.First(m => m.Contains("devices[0].sensor")));
    }
}
