using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Core.Tests.Readings;

public sealed class PackedSlotTests
{
    [Fact]
    public void What_packs_comes_back_bit_for_bit()
    {
        var (random, packed) = (new Random(7), 0);
        for (var i = 0; i < 200_000; i++)
        {
            var value = random.Next(6) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                1 => BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)),
                2 => random.Next() / 1000.0,
                3 => random.Next(-1_000_000, 1_000_000) / 10.0,
                4 => random.Next(short.MinValue, short.MaxValue) / 100.0,
                _ => random.Next() * 0.1,
            };
            var (newest, quality) = (random.NextInt64(4_000_000_000_000), (Quality)random.Next(4));
            var at = newest - random.NextInt64(PackedSlot.SpanMilliseconds);
            if (!PackedSlot.TryPack(at, quality, value, out var slot)) continue;
            packed++;
            Assert.Equal(at, slot.Milliseconds(newest));
            Assert.True(slot.Unpack(newest).Same(new Slot(at, quality, value)), $"seed 7, {i}: {value:R}");
        }
        Assert.True(packed > 100_000);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(230.2)]
    [InlineData(49.987)]
    [InlineData(-12.34)]
    [InlineData(123_456.789)]
    [InlineData(16_777_216)]
    [InlineData(3.4e38f)]
    [InlineData(0.1f)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void What_registers_bring_packs(double value) => Assert.True(PackedSlot.TryPack(0, Quality.Good, value, out _));

    [Theory]
    [InlineData(1 / 3.0)]
    [InlineData(0.0001)]
    [InlineData(2_147_483.649)]
    [InlineData(1e300)]
    public void What_takes_more_bits_does_not(double value) => Assert.False(PackedSlot.TryPack(0, Quality.Good, value, out _));

    [Fact]
    public void It_is_half_a_slot() => Assert.Equal(8, System.Runtime.CompilerServices.Unsafe.SizeOf<PackedSlot>());
}
