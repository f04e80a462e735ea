using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Readings;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests.Windows;

/// <summary>One minute of gauges and states, by hand: what it says of readings that hold, end, are missing or doubtful.</summary>
public sealed class WindowClosingTests
{
    [Fact]
    public void A_gauge_is_weighted_by_the_time_each_reading_held()
    {
        // 100 for 20 s, 200 for 10 s, 400 for 25 s until its hold ends, then nothing is known for 5 s.
        var minute = new Machine(Gauge()).Read(0, 100).Read(10, 100).Read(20, 200).Read(30, 400).Step(62).Minute(0);
        Assert.Equal((20 * 100 + 10 * 200 + 25 * 400) / 55.0, minute.Mean, 1e-9);
        Assert.Equal((100, 400, 400), (minute.Min, minute.Max, minute.Last));
        Assert.Equal(4, minute.Count);
        Assert.Equal(55 / 60.0, minute.Coverage, 1e-12);
        Assert.Equal(double.NaN, minute.Delta);
        Assert.Equal(0, minute.Revision);
    }

    [Fact]
    public void A_reading_holds_two_and_a_half_periods_into_the_next_minute()
    {
        var machine = new Machine(Gauge()).StartAt(T(0)).Read(50, 7).Step(122);
        Assert.Equal(10 / 60.0, machine.Minute(0).Coverage, 1e-12);
        var next = machine.Minute(1);
        Assert.Equal(15 / 60.0, next.Coverage, 1e-12);
        Assert.Equal((7.0, 7.0, 7.0, 7.0, 0), (next.Min, next.Max, next.Mean, next.Last, next.Count));
    }

    [Fact]
    public void A_minute_of_which_nothing_is_known_says_so()
    {
        var minute = new Machine(Gauge()).StartAt(T(0)).Read(0, 1).Step(182).Minute(2);
        Assert.Equal((0, 0.0), (minute.Count, minute.Coverage));
        Assert.All(new[] { minute.Min, minute.Max, minute.Mean, minute.Last, minute.Delta }, value => Assert.Equal(double.NaN, value));
    }

    [Theory]
    [InlineData(Quality.Missing)]
    [InlineData(Quality.Invalid)]
    public void What_is_not_used_ends_the_hold(Quality quality)
    {
        var minute = new Machine(Gauge()).Read(0, 5).Read(4, 12345, quality).Step(62).Minute(0);
        Assert.Equal(4 / 60.0, minute.Coverage, 1e-12);
        Assert.Equal((1, 5.0, 5.0), (minute.Count, minute.Mean, minute.Max));
    }

    [Fact]
    public void Questionable_readings_count_in_the_mean_and_not_as_coverage()
    {
        var minute = new Machine(Gauge()).Read(0, 10, Quality.Questionable).Read(10, 20).Read(20, 40, Quality.Questionable).Missing(30).Step(62).Minute(0);
        Assert.Equal((10 + 20 + 40) / 3.0, minute.Mean, 1e-9);
        Assert.Equal(10 / 60.0, minute.Coverage, 1e-12);
        Assert.Equal(3, minute.Count);
    }

    [Fact]
    public void While_the_clock_is_not_trusted_good_readings_are_questionable()
    {
        var machine = new Machine(Gauge());
        machine.Gateway.ClockTrusted = false;
        machine.Read(0, 10).Read(20, 10);
        machine.Gateway.ClockTrusted = true;
        var minute = machine.Read(40, 10).Step(62).Minute(0);
        Assert.Equal((10.0, 3), (minute.Mean, minute.Count));
        Assert.Equal(20 / 60.0, minute.Coverage, 1e-12);
    }

    [Fact]
    public void A_steady_value_is_its_own_mean_to_the_bit()
    {
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var value = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 7));
            var machine = new Machine(Gauge());
            for (var at = 0; at < 60_000; at += random.Next(1, 15_000)) machine.Read(at / 1000.0, value);
            Assert.Equal(value, machine.Step(62).Minute(0).Mean);
        }
    }

    [Fact]
    public void A_state_says_its_share_and_its_seconds_on()
    {
        // On from 0 to 15, off to 35, on to 40, missing to 50, off to 60.
        var minute = new Machine(State()).Read(0, 1).Read(10, 1).Read(15, 0).Read(35, 1).Missing(40).Read(50, 0).Step(62).Minute(0);
        Assert.Equal(20, minute.Delta, 1e-9);
        Assert.Equal(20 / 50.0, minute.Mean, 1e-12);
        Assert.Equal(50 / 60.0, minute.Coverage, 1e-12);
        Assert.Equal((0, 1, 0), (minute.Min, minute.Max, minute.Last));
    }

    [Fact]
    public void A_state_that_holds_into_a_minute_without_readings_is_on_there()
    {
        var machine = new Machine(State(period: 60)).StartAt(T(0)).Read(30, 1).Step(182);
        Assert.Equal(30, machine.Minute(0).Delta);
        Assert.Equal((60, 1, 0), (machine.Minute(1).Delta, machine.Minute(1).Mean, machine.Minute(1).Count));
        Assert.Equal(60, machine.Minute(2).Delta);
    }

    [Fact]
    public void Values_out_of_bounds_are_told_once_a_run_with_the_number()
    {
        var machine = new Machine(Gauge(min: 0, max: 100)).Read(0, 50).Read(10, 101).Read(20, double.NaN).Missing(25).Read(30, -1)
            .Step(62).Read(70, 1000).Read(80, 100).Read(90, -5).Step(122);
        Assert.Equal([(T(10), 101.0), (T(90), -5.0)], machine.Told(IncidentKind.OutOfBounds).Select(i => (i.At, i.Value)));
        Assert.Equal((1, 10 / 60.0), (machine.Minute(0).Count, machine.Minute(0).Coverage));
        Assert.Equal((1, 100.0), (machine.Minute(1).Count, machine.Minute(1).Mean));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_no_number_is_invalid_even_without_bounds(double value)
    {
        var point = Gauge(min: double.NegativeInfinity, max: double.PositiveInfinity);
        var machine = new Machine(point).Read(0, value).Step(62);
        Assert.Equal(0, machine.Minute(0).Count);
        Assert.Single(machine.Told(IncidentKind.OutOfBounds));
    }

    [Fact]
    public void A_reading_at_the_border_belongs_to_the_window_that_begins_there()
    {
        var machine = new Machine(Gauge()).StartAt(T(0)).Read(59.999, 1).Read(60, 2).Step(122);
        Assert.Equal((1, 1), (machine.Minute(0).Count, machine.Minute(1).Count));
        Assert.Equal(1, machine.Minute(0).Last);
        Assert.Equal(2, machine.Minute(1).Min);
    }

    [Fact]
    public void A_counter_says_neither_mean_nor_bounds_but_its_register_and_growth()
    {
        var machine = new Machine(Counter()).StartAt(T(0)).Read(0, 100).Read(30, 100.2).Read(59, 100.3).Read(70, 100.4).Step(182);
        Assert.Equal((0.3, 100.3, 3), (machine.Minute(0).Delta, machine.Minute(0).Last, machine.Minute(0).Count), new Near());
        Assert.Equal((0.1, 100.4, 1), (machine.Minute(1).Delta, machine.Minute(1).Last, machine.Minute(1).Count), new Near());
        Assert.Equal(double.NaN, machine.Minute(0).Mean);
        // Nothing was read in the third minute: no growth is claimed, not even none.
        Assert.Equal(double.NaN, machine.Minute(2).Delta);
    }

    private sealed class Near : IEqualityComparer<(double Delta, double Last, int Count)>
    {
        public bool Equals((double Delta, double Last, int Count) x, (double Delta, double Last, int Count) y) =>
            Math.Abs(x.Delta - y.Delta) < 1e-9 && Math.Abs(x.Last - y.Last) < 1e-9 && x.Count == y.Count;

        public int GetHashCode((double Delta, double Last, int Count) obj) => 0;
    }
}
