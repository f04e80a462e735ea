using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Core.Tests.Readings;

public sealed class SlotTests
{
    [Fact]
    public void Time_quality_and_value_come_back()
    {
        foreach (var milliseconds in new[] { 0, 1, -1, 1_795_287_637_042, -62_135_596_800_000, 253_402_300_799_999 })
            foreach (var quality in Enum.GetValues<Quality>())
            {
                var slot = new Slot(milliseconds, quality, 1.5);
                Assert.Equal((milliseconds, quality, 1.5), (slot.Milliseconds, slot.Quality, slot.Value));
                Assert.Equal(quality is Quality.Good or Quality.Questionable, slot.IsUsed);
            }
        Assert.Equal(16, System.Runtime.CompilerServices.Unsafe.SizeOf<Slot>());
    }

    [Fact]
    public void Of_two_different_slots_of_an_instant_exactly_one_is_better()
    {
        double[] values = [double.NaN, double.NegativeInfinity, -1, 0, 1, double.PositiveInfinity];
        var slots = Enum.GetValues<Quality>().SelectMany(quality => values.Select(value => new Slot(5, quality, value))).ToArray();
        foreach (var one in slots)
            foreach (var other in slots)
                Assert.Equal(one.Same(other) ? 0 : 1, (one.IsBetterThan(other) ? 1 : 0) + (other.IsBetterThan(one) ? 1 : 0));
    }
}
