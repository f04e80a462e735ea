using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>All meter models of a folder, by id. Immutable; any thread.</summary>
public sealed class MeterCatalogue
{
    private readonly FrozenDictionary<string, MeterModel> _models;

    public MeterCatalogue(IEnumerable<MeterModel> models) => _models = models.ToFrozenDictionary(m => m.Id, StringComparer.Ordinal);

    public IEnumerable<MeterModel> Models => _models.Values.OrderBy(m => m.Id, StringComparer.Ordinal);

    /// <summary>Reads every <c>*.json</c> of a folder. What is wrong goes to <paramref name="mistakes"/>; the files without mistakes are
    /// there.</summary>
    public static MeterCatalogue Load(string folder, List<Mistake> mistakes)
    {
        if (!Directory.Exists(folder))
        {
            mistakes.Add(new Mistake(
                folder, "$", "There is no such folder of meter models.", "Name the folder config/meters of the installation."));
            return new MeterCatalogue([]);
        }
        var models = new List<MeterModel>();
        var owners = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            if (MeterModel.Load(file, mistakes) is not { } model) continue;
            models.Add(model);
            foreach (var (index, name) in model.Models.Index())
                if (!owners.TryAdd($"{model.Brand} {name}", model.Id))
                    mistakes.Add(new Mistake(Path.GetFileName(file), $"$.models[{index}]",
                        $"\"{name}\" of {model.Brand} is also described by {owners[$"{model.Brand} {name}"]}.json.",
                        "Keep it in one of the two files."));
        }
        return new MeterCatalogue(models);
    }

    public bool TryGet(string id, [NotNullWhen(true)] out MeterModel? model) => _models.TryGetValue(id, out model);

    /// <summary>The id that a typing error turned into <paramref name="id"/>, or null.</summary>
    public string? Nearest(string id) => JsonPlace.Nearest(id, _models.Keys);
}
