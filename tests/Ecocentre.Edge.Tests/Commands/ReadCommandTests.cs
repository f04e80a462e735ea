using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Tests.Commands;

[Collection(VerbsInTurn.Name)]
public sealed class ReadCommandTests : IDisposable
{
    private readonly CapturedMeters _meters = new();

    public void Dispose() => _meters.Dispose();

    [Fact]
    public async Task Values_of_every_word_order_come_right_from_pymodbus()
    {
        using var server = await PymodbusServer.OnTcpAsync(_meters.Registers());
        var verb = await ReadAsync(_meters.WriteSite(server.Port, CapturedMeters.Units), "--json");
        Assert.True(verb.ExitCode == 0, verb.Errors + verb.Output);
        using var json = JsonDocument.Parse(verb.Output);
        Assert.Equal(CapturedMeters.Units.Select(u => u.Model), json.RootElement.EnumerateArray().Select(d => d.GetProperty("model").GetString()));
        foreach (var device in json.RootElement.EnumerateArray()) _meters.AssertRead(device);
    }

    [Fact]
    public async Task Values_of_every_word_order_come_right_from_libmodbus()
    {
        foreach (var unit in CapturedMeters.Units)
        {
            using var server = LibmodbusServer.OnTcp();
            _meters.Fill(server, unit.Model);
            var verb = await ReadAsync(_meters.WriteSite(server.Port, unit), "--json");
            Assert.True(verb.ExitCode == 0, verb.Errors + verb.Output);
            using var json = JsonDocument.Parse(verb.Output);
            _meters.AssertRead(Assert.Single(json.RootElement.EnumerateArray()));
        }
    }

    [Fact]
    public async Task Table_names_point_value_unit_and_quality()
    {
        using var server = await PymodbusServer.OnTcpAsync(_meters.Registers());
        var verb = await ReadAsync(_meters.WriteSite(server.Port, CapturedMeters.Units), "acme-dcba");
        Assert.True(verb.ExitCode == 0, verb.Errors + verb.Output);
        Assert.Matches(@"(?m)^acme-dcba.energy\.active\.import +1234\.56 +kWh +good +20", verb.Output);
        Assert.Matches(@"(?m)^acme-dcba.voltage\.l1 +230\.5 +V +good +20", verb.Output);
        Assert.DoesNotContain("acme-badc", verb.Output);
    }

    [Fact]
    public async Task Unit_that_does_not_answer_is_told_with_the_reason_and_its_neighbours_are_read()
    {
        using var server = await PymodbusServer.OnTcpAsync(_meters.Registers());
        var verb = await ReadAsync(_meters.WriteSite(server.Port, (9, "carlo-gavazzi-em340"), (4, "acme-dcba")));
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("carlo-gavazzi-em340: ", verb.Errors);
        Assert.Matches(@"(?m)^carlo-gavazzi-em340.voltage\.l1 .*missing", verb.Output);
        Assert.Matches(@"(?m)^acme-dcba.voltage\.l1 +230\.5 +V +good", verb.Output);
    }

    [Fact]
    public async Task Server_that_takes_the_connection_and_says_nothing_is_told()
    {
        using var listener = new TcpListener(IPAddress.Loopback, FreePort.Take());
        listener.Start();
        var verb = await ReadAsync(_meters.WriteSite(((IPEndPoint)listener.LocalEndpoint).Port, (1, "eastron-sdm630")));
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("eastron-sdm630: ", verb.Errors);
    }

    [Fact]
    public async Task Closed_port_is_told_with_the_address()
    {
        var port = FreePort.Take();
        var verb = await ReadAsync(_meters.WriteSite(port, (1, "eastron-sdm630")), "--json");
        Assert.Equal(1, verb.ExitCode);
        using var json = JsonDocument.Parse(verb.Output);
        Assert.Contains($"127.0.0.1:{port}", json.RootElement[0].GetProperty("fault").GetString());
        Assert.All(json.RootElement[0].GetProperty("points").EnumerateArray(), p => Assert.Equal("missing", p.GetProperty("quality").GetString()));
    }

    [Fact]
    public async Task Name_that_no_device_has_is_refused_with_those_there_are() =>
        (await ReadAsync(_meters.WriteSite(1, CapturedMeters.Units), "acme")).CannotRun("\"acme\"", "acme-dcba, acme-badc");

    [Fact]
    public async Task Site_with_a_mistake_is_found_wrong()
    {
        var verb = await ReadAsync(_meters.WriteSite(1, (1, "no-such-meter")));
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("no-such-meter", verb.Errors);
    }

    private Task<Verb> ReadAsync(string site, params string[] rest) => Verb.RunAsync(["read", "--site", site, "--models", _meters.Folder, .. rest]);
}
