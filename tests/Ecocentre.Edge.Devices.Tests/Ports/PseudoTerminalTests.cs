using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Tests.Ports;

public sealed class PseudoTerminalTests
{
    [Fact]
    public async Task Programs_come_and_go_and_the_line_stays()
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        for (var round = 0; round < 3; round++)
        {
            var buffer = new byte[1];
            using var port = SerialPort.Open(terminal.Path, new SerialSettings(9_600), TimeProvider.System);
            await port.WriteAsync(new[] { (byte)round });
            await terminal.Line.ReadExactlyAsync(buffer);
            Assert.Equal(round, buffer[0]);
        }
    }

    [Fact]
    public void Two_at_once_have_paths_of_their_own()
    {
        using var one = PseudoTerminal.Open(TimeProvider.System);
        using var other = PseudoTerminal.Open(TimeProvider.System);

        Assert.NotEqual(one.Path, other.Path);
        Assert.True(File.Exists(one.Path));
    }
}
