using System.Text;
using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

public sealed class Crc16Tests
{
    // The frame 02 07 is the worked example of MODBUS over Serial Line V1.02, 6.2.2; 123456789 is the check value of CRC-16/MODBUS
    // in the catalogue of parametrised CRC algorithms.
    [Theory]
    [InlineData("0207", 0x1241)]
    [InlineData("313233343536373839", 0x4B37)]
    [InlineData("", 0xFFFF)]
    [InlineData("110300 6B0003", 0x8776)]
    [InlineData("010400000001", 0xCA31)]
    public void Known_frames_give_known_checksums(string frame, int expected) =>
        Assert.Equal(expected, Crc16.Of(Convert.FromHexString(frame.Replace(" ", ""))));

    [Fact]
    public void A_frame_with_its_checksum_behind_it_gives_zero()
    {
        var bytes = Encoding.ASCII.GetBytes("any frame will do..");
        var crc = Crc16.Of(bytes.AsSpan(0, 17));
        (bytes[17], bytes[18]) = ((byte)crc, (byte)(crc >> 8));

        Assert.Equal(0, Crc16.Of(bytes));
    }

    [Fact]
    public void No_turned_bit_goes_unseen()
    {
        var bytes = Convert.FromHexString("1103006B0003");
        var before = Crc16.Of(bytes);
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit >> 3] ^= (byte)(1 << (bit & 7));
            Assert.NotEqual(before, Crc16.Of(bytes));
            bytes[bit >> 3] ^= (byte)(1 << (bit & 7));
        }
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var bytes = new byte[256];
        _ = Crc16.Of(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
            _ = Crc16.Of(bytes);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
