using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Tests.Meters;

public sealed class MeterCatalogueTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("meters-").FullName;
    private readonly List<Mistake> _mistakes = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_model_is_found_by_its_file_name()
    {
        File.WriteAllText(Path.Combine(_folder, "acme-one.json"), ExampleModel.Text);
        File.WriteAllText(Path.Combine(_folder, "acme-two.json"), ExampleModel.Edited("models/0", "\"Two\""));
        var catalogue = MeterCatalogue.Load(_folder, _mistakes);
        Assert.Empty(_mistakes);
        Assert.Equal(["acme-one", "acme-two"], catalogue.Models.Select(m => m.Id));
        Assert.True(catalogue.TryGet("acme-two", out var model));
        Assert.Equal("Two", model.Models.Single());
        Assert.Equal("acme-one", catalogue.Nearest("acme-ome"));
    }

    [Fact]
    public void The_same_model_name_in_two_files_is_a_mistake()
    {
        File.WriteAllText(Path.Combine(_folder, "a.json"), ExampleModel.Text);
        File.WriteAllText(Path.Combine(_folder, "b.json"), ExampleModel.Text);
        MeterCatalogue.Load(_folder, _mistakes);
        Assert.Equal("b.json: $.models[0]: \"One\" of Acme is also described by a.json. Keep it in one of the two files.", Assert.Single(_mistakes).ToString());
    }

    [Fact]
    public void A_broken_file_does_not_hide_the_others()
    {
        File.WriteAllText(Path.Combine(_folder, "a.json"), "{");
        File.WriteAllText(Path.Combine(_folder, "b.json"), ExampleModel.Text);
        Assert.Equal("b", Assert.Single(MeterCatalogue.Load(_folder, _mistakes).Models).Id);
        Assert.Equal("a.json", Assert.Single(_mistakes).File);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_a_mistake()
    {
        Assert.Empty(MeterCatalogue.Load(Path.Combine(_folder, "none"), _mistakes).Models);
        Assert.Single(_mistakes);
    }
}
