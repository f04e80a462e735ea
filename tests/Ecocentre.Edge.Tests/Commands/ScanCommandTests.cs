using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Tests.Commands;

[Collection(VerbsInTurn.Name)]
public sealed class ScanCommandTests : IDisposable
{
    private readonly CapturedMeters _meters = new();

    public void Dispose() => _meters.Dispose();

    [Fact]
    public async Task Models_of_every_word_order_are_recognised_on_pymodbus()
    {
        using var server = await PymodbusServer.OnTcpAsync(_meters.Registers());
        var verb = await ScanAsync("--tcp", $"127.0.0.1:{server.Port}", "--units", "1-6", "--json");
        Assert.True(verb.ExitCode == 0, verb.Errors + verb.Output);
        using var json = JsonDocument.Parse(verb.Output);
        Assert.Equal(CapturedMeters.Units.Select(u => (u.Unit, u.Model)), json.RootElement.EnumerateArray().Select(Best));
    }

    [Fact]
    public async Task Models_of_every_word_order_are_recognised_on_libmodbus()
    {
        foreach (var (unit, model) in CapturedMeters.Units)
        {
            using var server = LibmodbusServer.OnTcp();
            _meters.Fill(server, model);
            var verb = await ScanAsync("--tcp", $"127.0.0.1:{server.Port}", "--units", $"{unit}", "--json");
            Assert.True(verb.ExitCode == 0, verb.Errors + verb.Output);
            using var json = JsonDocument.Parse(verb.Output);
            Assert.Equal((unit, model), Best(Assert.Single(json.RootElement.EnumerateArray())));
        }
    }

    [Fact]
    public async Task Meter_on_a_serial_line_is_found_between_empty_unit_ids()
    {
        using var line = await SocatPair.StartAsync();
        // Not libmodbus: whoever it hears being asked, it takes the next request for that one's answer.
        using var server = await PymodbusServer.OnSerialAsync(line.One, 9600, _meters.Registers().Where(r => r.Unit == 2));
        var verb = await ScanAsync("--serial", line.Other, "--units", "1-3");
        Assert.True(verb.ExitCode == 0, verb.Errors + verb.Output);
        Assert.Matches(@"(?m)^ *2  carlo-gavazzi-em340 +Carlo Gavazzi ", verb.Output);
        Assert.Contains("1 of 3 unit ids answer", verb.Errors);
    }

    [Fact]
    public async Task Device_like_no_model_is_shown_as_unknown()
    {
        using var server = LibmodbusServer.OnTcp();
        var verb = await ScanAsync("--tcp", $"127.0.0.1:{server.Port}", "--units", "7");
        Assert.Equal(0, verb.ExitCode);
        Assert.Matches(@"(?m)^ *7  \? .*like no model", verb.Output);
    }

    [Fact]
    public async Task Silence_everywhere_is_found_wrong_with_advice()
    {
        using var listener = new TcpListener(IPAddress.Loopback, FreePort.Take());
        listener.Start();
        // More of them in a row than a meter that is polled may have.
        var verb = await ScanAsync("--tcp", $"{listener.LocalEndpoint}", "--units", "1,3-10", "--timeout", "50");
        Assert.True(verb.ExitCode == 1, verb.Errors);
        Assert.Contains("None of 9 unit ids answers", verb.Errors);
        Assert.Empty(verb.Output);
    }

    [Fact]
    public async Task Closed_port_cannot_be_scanned()
    {
        var port = FreePort.Take();
        (await ScanAsync("--tcp", $"127.0.0.1:{port}")).CannotRun($"127.0.0.1:{port}");
    }

    [Fact]
    public async Task Serial_port_that_is_not_there_cannot_be_scanned() => (await ScanAsync("--serial", "/dev/ttyNone")).CannotRun("/dev/ttyNone");

    [Theory]
    [InlineData("", "--tcp")]
    [InlineData("--tcp 127.0.0.1 --serial /dev/ttyUSB0", "--tcp")]
    [InlineData("--tcp http://meter/", "HOST:PORT")]
    [InlineData("--tcp 127.0.0.1:99999", "HOST:PORT")]
    [InlineData("--tcp 127.0.0.1 --units 5-1", "5-1")]
    [InlineData("--tcp 127.0.0.1 --units 1-256", "1-256")]
    [InlineData("--tcp 127.0.0.1 --timeout 0", "--timeout")]
    [InlineData("--serial /dev/ttyUSB0 --baud 12", "--baud")]
    [InlineData("--serial /dev/ttyUSB0 --stop-bits 3", "--stop-bits")]
    public async Task Ways_that_cannot_be_are_refused(string line, string named) =>
        (await ScanAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).CannotRun(named);

    private static (byte Unit, string Model) Best(JsonElement found) =>
        (found.GetProperty("unit").GetByte(), found.GetProperty("models")[0].GetProperty("id").GetString()!);

    private Task<Verb> ScanAsync(params string[] arguments) => Verb.RunAsync(["scan", "--models", _meters.Folder, .. arguments]);
}
