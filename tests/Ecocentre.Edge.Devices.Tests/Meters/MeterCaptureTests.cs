using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Meters;

/// <summary>Every meter model of the house, read by the real meter from a server that holds its capture.</summary>
public sealed class MeterCaptureTests
{
    private static readonly Lazy<MeterCatalogue> Catalogue = new(() => MeterCatalogue.Load(Repository.MeterModels, []));

    public static TheoryData<string> Ids() => [.. Catalogue.Value.Models.Select(m => m.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void A_server_with_nothing_but_the_capture_yields_what_is_expected(string id) => Reads(id, isLenient: false);

    [Theory, MemberData(nameof(Ids))]
    public void A_server_with_a_value_everywhere_yields_what_is_expected(string id) => Reads(id, isLenient: true);

    [Theory, MemberData(nameof(Ids))]
    public void The_plan_fits_a_slow_line(string id)
    {
        Assert.True(Catalogue.Value.TryGet(id, out var model));
        var setup = MeterSetup.Make(model, new MeterOptions { Name = "m", Unit = 1 }, default, MeterBench.Cost);
        Assert.All(setup.Plan.Reads, r => Assert.True(model.Read.Allows(r.Table, r.Address, r.Count)));
        Assert.InRange(setup.Plan.Share, 0.001, 0.2);
    }

    private static void Reads(string id, bool isLenient)
    {
        Assert.True(Catalogue.Value.TryGet(id, out var model));
        var bench = new MeterBench(model, MeterBench.Everything(model));
        bench.Bank.Add(MeterBench.Unit, model);
        bench.Bank.IsLenient = isLenient;
        bench.Bank.RegistersMax = model.Read.RegistersMax;
        bench.Bank.EvenCounts = model.Read.EvenCounts;
        var latest = bench.PollAll();
        foreach (var (name, expected) in model.Capture.Expect)
        {
            var reading = latest[name];
            Assert.True(reading.Quality == Quality.Good, $"{name} is {reading.Quality}");
            Assert.True(Math.Abs(reading.Value - expected) <= 1e-6 * Math.Abs(expected), $"{name}: {reading.Value} instead of {expected}");
        }
    }
}
