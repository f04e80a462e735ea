using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Tests.Ports;

public sealed class TerminalTests
{
    [Theory]
    [InlineData(2, "plugged in")]
    [InlineData(19, "plugged in")]
    [InlineData(13, "dialout")]
    [InlineData(16, "fuser")]
    [InlineData(25, "not a serial port")]
    [InlineData(12, "error 12")]
    public void Errors_of_the_system_name_the_path_and_what_to_do(int error, string words)
    {
        var failure = Terminal.Failure("/dev/ttyUSB3", error);

        Assert.StartsWith("/dev/ttyUSB3: ", failure.Message);
        Assert.Contains(words, failure.Message);
    }
}
