using System.Runtime.CompilerServices;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Tests.Ports;

/// <summary>Layouts and numbers against what a C compiler said for x86-64 and arm64 alike (Debian 12 headers).</summary>
public sealed class I2cLayoutsTests
{
    [Fact]
    public unsafe void Structures_have_the_kernels_layout()
    {
        Assert.Equal([16, 16], [sizeof(I2cLayouts.Message), sizeof(I2cLayouts.Messages)]);
        I2cLayouts.Message message;
        Assert.Equal([0, 2, 4, 8],
            [At(&message, &message.Address), At(&message, &message.Flags), At(&message, &message.Length), At(&message, &message.Buffer)]);
        I2cLayouts.Messages messages;
        Assert.Equal([0, 8], [At(&messages, &messages.First), At(&messages, &messages.Count)]);
    }

    [Fact]
    public void Requests_have_the_kernels_numbers() => Assert.Equal([0x701, 0x702, 0x705, 0x707],
        new nuint[] { I2cLayouts.SetRetries, I2cLayouts.SetTimeout, I2cLayouts.GetFunctions, I2cLayouts.Transfer }.Select(number => (long)number));

    private static unsafe int At(void* start, void* field) => (int)((byte*)field - (byte*)start);
}
