using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Tests.Ports;

public sealed class I2cPortTests
{
    [Theory]
    [InlineData("/dev/i2c-77", "no such I2C adapter")]
    [InlineData("/dev/null", "not an I2C adapter")]
    public async Task What_cannot_be_opened_is_no_bus_and_said_with_the_path(string path, string words)
    {
        await using var port = I2cPort.Open(path);

        Assert.Equal(I2cOutcome.NoBus, port.Transfer(0x44, [0], []));

        Assert.Contains(path, port.LastError);
        Assert.Contains(words, port.LastError);
    }

    [Fact]
    public void The_remedy_for_a_forbidden_adapter_names_the_group() =>
        Assert.Contains("usermod -aG i2c", LinuxI2cPort.Words("/dev/i2c-1", error: 13));

    /// <summary>Numbers of uapi asm-generic/errno.h, and what drivers mean by them.</summary>
    [Theory]
    [InlineData(6, I2cOutcome.NoAnswer)] // ENXIO: by convention, MCP2221
    [InlineData(121, I2cOutcome.NoAnswer)] // EREMOTEIO: bcm2835
    [InlineData(5, I2cOutcome.NoAnswer)] // EIO
    [InlineData(71, I2cOutcome.NoAnswer)] // EPROTO
    [InlineData(95, I2cOutcome.NoAnswer)] // EOPNOTSUPP: too long for this adapter
    [InlineData(11, I2cOutcome.Stuck)] // EAGAIN: arbitration lost
    [InlineData(16, I2cOutcome.Stuck)] // EBUSY
    [InlineData(19, I2cOutcome.NoBus)] // ENODEV
    [InlineData(108, I2cOutcome.NoBus)] // ESHUTDOWN
    [InlineData(32, I2cOutcome.NoBus)] // EPIPE
    public void Errors_of_the_kernel_are_judged_by_what_they_mean_for_the_bus(int error, I2cOutcome outcome)
    {
        Assert.Equal(outcome, LinuxI2cPort.Judge(error, isAbsenceTold: true));
        Assert.Equal(outcome, LinuxI2cPort.Judge(error, isAbsenceTold: false));
    }

    [Fact]
    public void A_timeout_is_a_stuck_bus_only_where_the_adapter_says_absence_in_another_way()
    {
        // ETIMEDOUT: a held line on bcm2835, an absent chip on i.MX.
        Assert.Equal(I2cOutcome.Stuck, LinuxI2cPort.Judge(110, isAbsenceTold: true));
        Assert.Equal(I2cOutcome.NoAnswer, LinuxI2cPort.Judge(110, isAbsenceTold: false));
    }
}
