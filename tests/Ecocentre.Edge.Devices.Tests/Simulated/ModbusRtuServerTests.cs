using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class ModbusRtuServerTests
{
    private static readonly SerialSettings Settings = new(Baud: 115_200);

    [Fact]
    public async Task A_request_in_pieces_behind_noise_is_answered_once()
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        await using var server = Serving(terminal);
        using var port = SerialPort.Open(terminal.Path, Settings, TimeProvider.System);
        var request = Sealed("010300000001");
        await port.WriteAsync(new byte[] { 0xFF, 0x01, 0x03 });
        await port.WriteAsync(request.AsMemory(0, 3));
        await port.WriteAsync(request.AsMemory(3));

        Assert.Equal(Sealed($"010302{TellingBank.WordAt(1, RegisterTable.Holding, 0):X4}"), await ReadAsync(port, 7));
        Assert.Equal(1, server.Requests);
    }

    [Theory]
    [InlineData("010600000001", "018601")]
    [InlineData("0110000000010200FF", null)] // its byte count does not fit: not recognised
    [InlineData("011000000001020001", "019001")]
    [InlineData("0111", "019101")]
    [InlineData("010300000000", "018303")]
    [InlineData("0103EA600001", "018302")]
    public async Task What_is_no_legal_read_is_refused(string request, string? reply)
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        await using var server = Serving(terminal);
        using var port = SerialPort.Open(terminal.Path, Settings, TimeProvider.System);
        // A good read behind it shows that the server is still there, also where nothing else is answered.
        var good = Sealed("010300000001");
        var bytes = Sealed(request);
        if (reply is null)
            bytes[6]++;
        await port.WriteAsync(bytes);
        var expected = reply is null ? [] : Sealed(reply);
        Assert.Equal(expected, await ReadAsync(port, expected.Length));
        await port.WriteAsync(good);
        Assert.Equal(good[..2], (await ReadAsync(port, 7))[..2]);
    }

    [Fact]
    public async Task A_broadcast_and_a_dead_unit_are_met_with_silence()
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        await using var server = Serving(terminal);
        using var port = SerialPort.Open(terminal.Path, Settings, TimeProvider.System);
        await port.WriteAsync(Sealed("000300000001"));
        await port.WriteAsync(Sealed("C80300000001"));
        await port.WriteAsync(Sealed("070300000001"));

        Assert.Equal(7, (await ReadAsync(port, 7))[0]);
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task A_paced_reply_takes_as_long_as_on_a_wire()
    {
        var settings = new SerialSettings(Baud: 2_400);
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        await using var server = new ModbusRtuServer(new TellingBank(), RtuTiming.Serial(settings), TimeProvider.System);
        server.Serve(terminal.Line);
        using var port = SerialPort.Open(terminal.Path, settings, TimeProvider.System);
        var sent = await port.WriteAfterSilenceAsync(Sealed("010300000001"), TimeSpan.Zero, CancellationToken.None);
        await ReadAsync(port, 7);

        // 8 and 7 characters of 10 bits at 2,400 baud, and the silence between them.
        Assert.True(TimeProvider.System.GetElapsedTime(sent.At) >= TimeSpan.FromSeconds((150 + 38.5) / 2_400));
    }

    private static ModbusRtuServer Serving(PseudoTerminal terminal)
    {
        var server = new ModbusRtuServer(new TellingBank(), RtuTiming.OverTcp, TimeProvider.System);
        server.Serve(terminal.Line);
        return server;
    }

    private static async Task<byte[]> ReadAsync(SerialPort port, int count)
    {
        var bytes = new byte[count];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await port.ReadExactlyAsync(bytes, deadline.Token);
        return bytes;
    }

    private static byte[] Sealed(string frame)
    {
        var bytes = new byte[(frame.Length / 2) + 2];
        Convert.FromHexString(frame).CopyTo(bytes, 0);
        RtuFrame.Seal(bytes, bytes.Length - 2);
        return bytes;
    }
}
