using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

public sealed class SeriesCatalogTests
{
    private static readonly Series Power = new("main.power.active", "power.active", "W", PointKind.Gauge, "main", null);
    private static readonly Series Moved = Power with { Place = "hall" };

    [Fact]
    public void A_catalog_stays_as_it_is_while_another_takes_more_in()
    {
        var known = SeriesCatalog.Empty.With(Power);
        var draft = new SeriesCatalog.Draft(known);
        draft.Add(2, Moved);
        Assert.Equal((0, 1, 1), (SeriesCatalog.Empty.Count, known.Count, known.NumberOf(Power.Name)));
        var more = draft.Catalog;
        Assert.Equal((2, 1, 2, 2), (more.Count, more.NumberOf(Power), more.NumberOf(Moved), more.NumberOf(Power.Name)));
        Assert.Equal((Power, Moved, null), (more[1], more[2], more[3]));
        Assert.Throws<InvalidOperationException>(() => draft.Add(3, Power with { Name = "late" }));
    }

    [Fact]
    public void The_newest_series_of_a_name_is_that_of_the_highest_number_in_whatever_order_they_come()
    {
        var draft = new SeriesCatalog.Draft(SeriesCatalog.Empty);
        draft.Add(7, Moved);
        draft.Add(3, Power);
        Assert.Equal((7, 7), (draft.Count, draft.Catalog.NumberOf(Power.Name)));
    }
}
