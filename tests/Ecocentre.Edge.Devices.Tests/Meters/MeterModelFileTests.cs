using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Tests.Meters;

public sealed class MeterModelFileTests
{
    [Fact]
    public void A_right_file_becomes_a_model()
    {
        var mistakes = new List<Mistake>();
        var model = MeterModelFile.Parse("acme-one.json", ExampleModel.Text, mistakes);
        Assert.Empty(mistakes);
        Assert.NotNull(model);
        Assert.Equal(("acme-one", "Acme", 9600), (model.Id, model.Brand, model.Serial!.Baud));
        Assert.Equal(TimeSpan.FromMilliseconds(60), model.FrameDelay);
        Assert.Equal((80, 10, true), (model.Read.RegistersMax, model.Read.GapMax, model.Read.EvenCounts));
        Assert.Equal((RegisterTable.Input, new RegisterRange(100, 110)), model.Read.Holes.Single());
        var energy = model.Points["energy.active.import"];
        Assert.Equal((72, 1e6, 0.01, RegisterTable.Input), (energy.Address, energy.RolloverAt, energy.Resolution, energy.Table));
        Assert.Equal((-50_000.0, 50_000.0), (model.Points["power.active"].Min, model.Points["power.active"].Max));
        Assert.True(model.Points["frequency"].Optional);
        Assert.Equal(RegisterTable.Holding, model.Points["frequency"].Table);
        Assert.Equal([801, 805], model.Points["energy.active.export"].Registers);
    }

    /// <summary>Each row: an edit of the example (path, JSON or nothing to remove it), and what its one mistake must say.</summary>
    [Theory]
    [InlineData("points/voltage.l1/register", "\"30001\"", "$.points['voltage.l1'].register", "Write 0 with table \"input\"")]
    [InlineData("points/voltage.l1/register", "\"40073\"", "$.points['voltage.l1'].register", "Write 72 with table \"holding\"")]
    [InlineData("points/voltage.l1/register", "300073", "$.points['voltage.l1'].register", "Write 72 with table \"input\"")]
    [InlineData("points/voltage.l1/register", "465536", "$.points['voltage.l1'].register", "Write 65535 with table \"holding\"")]
    [InlineData("points/voltage.l1/register", "\"0x5B00\"", "$.points['voltage.l1'].register", "Write 23296")]
    [InlineData("points/voltage.l1/register", "70000", "$.points['voltage.l1'].register", "from 0 to 65535")]
    [InlineData("points/voltage.l1/register", "65535", "$.points['voltage.l1']", "Check register and type")]
    [InlineData("points/voltage.l1/register", "73", "$.points['energy.active.import']", "Check register and type of both")]
    [InlineData("points/voltage.l1/register", "100", "$.points['voltage.l1']", "Correct the register or read.holes")]
    [InlineData("points/voltage.l1/type", "\"float\"", "$.points['voltage.l1'].type", "float32")]
    [InlineData("points/voltage.l1/unit", "\"kWh\"", "$.points['voltage.l1'].unit", "mV, V, kV")]
    [InlineData("points/voltage.l1/rolloverAt", "1000", "$.points['voltage.l1'].rolloverAt", "Remove it")]
    [InlineData("points/voltage.l1/max", "-1", "$.points['voltage.l1'].min", "Exchange")]
    [InlineData("points/voltage.l1/regsiter", "1", "$.points['voltage.l1'].regsiter", "Did you mean \"register\"?")]
    [InlineData("points/voltage.l1/sum", "[1,3]", "$.points['voltage.l1'].register", "Keep one of the two")]
    [InlineData("points/voltage.l1/invalid", "[\"0xFFFF\"]", "$.points['voltage.l1'].invalid[0]", "8 hexadecimal digits")]
    [InlineData("points/energy.active.export/sum", "[801,891]", "$.points['energy.active.export']", "A sum or a scale register")]
    [InlineData("points/voltage.l9", "{}", "$.points['voltage.l9']", "Did you mean \"voltage.l1\"?")]
    [InlineData("read/registersMax", "126", "$.read.registersMax", "from 1 to 125")]
    [InlineData("read/order", "\"abcd\"", "$.read.order", "Did you mean \"ABCD\"?")]
    [InlineData("read/holes", "[[110,100]]", "$.read.holes[0]", "first and last")]
    [InlineData("read/frameDelay", "60", "$.read.frameDelay", "500ms")]
    [InlineData("probe/0/between", "[300,80]", "$.probe[0].between", "[smallest, largest]")]
    [InlineData("probe/0/between", "[300,380]", "$.probe", "Correct one of them")]
    [InlineData("probe/0/register", "60", "$.capture.registers", "Add its words")]
    [InlineData("capture/expect/voltage.l1", "230.3", "$.capture.expect['voltage.l1']", "Correct type, order, scale, unit or the capture")]
    [InlineData("capture/expect/current.l1", "1", "$.capture.expect['current.l1']", "Name one that stands under")]
    [InlineData("capture/registers/73", "[1]", "$.capture.registers.73[0]", "not overlap")]
    [InlineData("capture/registers/x", "[1]", "$.capture.registers.x", "first register of the stretch")]
    [InlineData("checks/field", "\"later\"", "$.checks.field", "todo: what is missing")]
    [InlineData("source/evidence", "\"hearsay\"", "$.source.evidence", "one source")]
    [InlineData("source/title", null, "$.source.title", "Add a text")]
    [InlineData("models", "[]", "$.models", "at least 1")]
    [InlineData("brandd", "1", "$.brandd", "Did you mean \"brand\"?")]
    public void One_wrong_thing_is_one_mistake_with_its_place_and_remedy(string path, string? json, string place, string remedy)
    {
        var mistakes = new List<Mistake>();
        var model = MeterModelFile.Parse("acme-one.json", ExampleModel.Edited(path, json), mistakes);
        Assert.Null(model);
        Assert.True(mistakes.Count == 1, string.Join('\n', mistakes));
        Assert.Equal(place, mistakes[0].Path);
        Assert.Contains(remedy, mistakes[0].Remedy);
    }

    [Fact]
    public void A_register_that_looks_like_a_display_number_is_taken_as_written()
    {
        var mistakes = new List<Mistake>();
        MeterModelFile.Parse("acme-one.json", ExampleModel.Edited("points/temperature/register", "30001").Replace("402", "30003"), mistakes);
        Assert.Empty(mistakes);
    }

    [Fact]
    public void A_file_of_nothing_lists_what_a_model_needs()
    {
        var mistakes = new List<Mistake>();
        Assert.Null(MeterModelFile.Parse("f.json", "{}", mistakes));
        Assert.Equal(["$.brand", "$.capture", "$.checks", "$.models", "$.points", "$.probe", "$.read", "$.source"], mistakes.Select(m => m.Path).Order());
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_a_mistake()
    {
        var mistakes = new List<Mistake>();
        Assert.Null(MeterModel.Load(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "none.json"), mistakes));
        Assert.Contains("cannot be read", Assert.Single(mistakes).Problem);
    }

    [Fact]
    public void A_value_of_the_wrong_kind_anywhere_never_throws()
    {
        string[] values = ["null", "1e99", "\"x\"", "[[]]", "{}"];
        foreach (var path in ExampleModel.Paths())
            foreach (var value in values)
                MeterModelFile.Parse("acme-one.json", ExampleModel.Edited(path, value), []);
    }
}
