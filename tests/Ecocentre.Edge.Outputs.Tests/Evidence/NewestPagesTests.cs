using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

public sealed class NewestPagesTests
{
    private static readonly Series Power = new("meter.power", "power.active", "W", PointKind.Gauge, "meter", null);

    private readonly NewestPages _pages = new();

    [Fact]
    public void A_page_says_what_it_would_when_unpacked()
    {
        var (key, facts) = Page(1, 3);
        var catalog = SeriesCatalog.Empty.With(Power);
        _pages.Renew([(key, facts)]);
        Assert.Equal(PageCodec.Decode(key, PageCodec.Encode(key, facts, catalog), catalog), _pages.Find(key));
        Assert.Null(_pages.Find(key with { At = default }));
    }

    [Fact]
    public void Pages_stay_until_all_were_told_or_newer_windows_come()
    {
        var (first, second, third) = (Page(1, 3), Page(4, 3), Page(7, 1));
        _pages.Renew([first, second]);
        _pages.Renew([]);
        _pages.Forget(5);
        Assert.NotNull(_pages.Find(first.Key));
        _pages.Forget(6);
        Assert.Null(_pages.Find(second.Key));
        _pages.Renew([second]);
        _pages.Renew([third]);
        Assert.Null(_pages.Find(second.Key));
        Assert.NotNull(_pages.Find(third.Key));
        _pages.Renew([.. Enumerable.Range(0, NewestPages.PagesMax + 1).Select(i => Page(10 + i, 1))]);
        Assert.Null(_pages.Find(third.Key));
        Assert.Null(_pages.Find(Page(10, 1).Key));
    }

    private static (PageKey Key, LogFact[] Facts) Page(long first, int count)
    {
        var minute = new Window(new Instant(60_000), TimeSpan.FromMinutes(1));
        return (new PageKey(new SequenceRange(first, first + count - 1), new Instant(90_000)), [.. Enumerable.Range(0, count).Select(i =>
            new WindowFact(Power, new Aggregate(new PointId(7), WindowKind.Minute, minute, 0, i, 1.5, 2.5, 2, -0.0, double.NaN, 1)))]);
    }
}
