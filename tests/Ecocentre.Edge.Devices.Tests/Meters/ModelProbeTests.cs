using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Tests.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Meters;

public sealed class ModelProbeTests
{
    private static readonly Lazy<MeterCatalogue> Catalogue = new(() => MeterCatalogue.Load(Repository.MeterModels, []));

    private readonly VirtualTime _time = new();
    private readonly MemoryBank _bank = new();

    /// <summary>Models that nothing in their registers tells from others cannot be first; all others must be.</summary>
    public static TheoryData<string> Ids() => [.. Catalogue.Value.Models.Where(m => !m.Probe.IsEmpty || !m.SunSpecIds.IsEmpty).Select(m => m.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void Each_model_is_recognised_by_its_own_capture(string id)
    {
        Assert.True(Catalogue.Value.TryGet(id, out var model));
        _bank.Add(9, model);
        var matches = Match(9);
        var own = matches.FirstOrDefault(m => m.Model.Id == id);
        Assert.True(own is not null, string.Join(", ", matches.Select(m => m.Model.Id)));
        if (own.Exact > 0) Assert.Equal(own.Exact, matches[0].Exact);
    }

    [Fact]
    public void A_certain_content_goes_before_a_plausible_number()
    {
        Assert.True(Catalogue.Value.TryGet("socomec-countis-e23", out var model));
        _bank.Add(9, model);
        _bank.IsLenient = true;
        var first = Match(9)[0];
        Assert.StartsWith("socomec-countis", first.Model.Id);
        Assert.True(first.Exact > 0);
        Assert.StartsWith("register 50000: ", first.Found[0]);
    }

    [Fact]
    public void A_unit_that_only_refuses_still_answers_and_a_dead_one_does_not()
    {
        _bank[5, RegisterTable.Input, 60_000] = 1;
        var probe = new ModelProbe(new BankTransport(_bank, _time), Catalogue.Value);
        _time.Run(async () =>
        {
            Assert.Null(await probe.AnswersAsync(5, CancellationToken.None));
            Assert.Equal(FaultKind.NoAnswer, (await probe.AnswersAsync(6, CancellationToken.None))?.Kind);
        });
    }

    [Fact]
    public void A_dead_unit_costs_three_questions()
    {
        var transport = new BankTransport(_bank, _time);
        _time.Run(async () => Assert.Empty(await new ModelProbe(transport, Catalogue.Value).MatchAsync(6, CancellationToken.None)));
        Assert.Equal(3, transport.Log.Count);
    }

    [Fact]
    public void No_question_is_asked_twice()
    {
        Assert.True(Catalogue.Value.TryGet("eastron-sdm630", out var model));
        _bank.Add(9, model);
        var transport = new BankTransport(_bank, _time);
        _time.Run(async () => await new ModelProbe(transport, Catalogue.Value).MatchAsync(9, CancellationToken.None));
        Assert.Equal(transport.Log.Count, transport.Log.Select(r => r.Request).Distinct().Count());
    }

    private IReadOnlyList<ModelMatch> Match(byte unit)
    {
        IReadOnlyList<ModelMatch> matches = [];
        _time.Run(async () => matches = await new ModelProbe(new BankTransport(_bank, _time), Catalogue.Value).MatchAsync(unit, CancellationToken.None));
        return matches;
    }
}
