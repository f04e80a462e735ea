using System.Text;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Outputs.Packs;
using Ecocentre.Edge.Outputs.Packs.Zip;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Fuzzing.Targets;

/// <summary>Files that people write, and packs that they get.</summary>
internal sealed class FileTargets : IDisposable
{
    private static readonly MeterCatalogue Meters = MeterCatalogue.Load(Repository.MeterModels, []);

    private readonly Scratch _scratch = new();

    internal IEnumerable<FuzzTarget> All =>
    [
        new("site", [File.ReadAllBytes(Repository.At("config", "site.json"))], Site),
        new("meter-model", [.. Directory.EnumerateFiles(Repository.MeterModels, "*.json").Order().Take(8).Select(File.ReadAllBytes)],
            bytes => Mistaken(mistakes => MeterModelFile.Parse("model.json", Encoding.UTF8.GetString(bytes), mistakes))),
        new("label", [File.ReadAllBytes(Repository.At("config", "labels", "ecocentre-v1.json"))],
            bytes => Mistaken(mistakes => LabelProfileFile.Parse("label.json", Encoding.UTF8.GetString(bytes), new Dictionary<string, FactorTable>(), mistakes))),
        new("pack", [Pack("pack.json", "{}"), Pack("leaves.jsonl", "{}\n"), Pack("windows/a.csv", "x\n")], PackRead),
    ];

    public void Dispose() => _scratch.Dispose();

    private string Site(byte[] bytes)
    {
        var file = _scratch.File("site.json");
        File.WriteAllBytes(file, bytes);
        return Mistaken(mistakes => SiteFile.Load(file, Meters, mistakes));
    }

    private string PackRead(byte[] bytes)
    {
        var file = _scratch.File("pack.zip");
        File.WriteAllBytes(file, bytes);
        try
        {
            using var pack = PackReader.Open(file);
            return "read";
        }
        catch (PackException refusal)
        {
            return refusal.Text;
        }
    }

    /// <summary>Whole or not at all: nothing without a mistake, and no mistake without its remedy.</summary>
    private static string Mistaken(Func<List<Mistake>, object?> read)
    {
        var mistakes = new List<Mistake>();
        var result = read(mistakes);
        WireTargets.Require(result is null == mistakes.Count > 0, result is null ? "Nothing was read, and no mistake named." : $"Read in spite of {mistakes.FirstOrDefault()}");
        foreach (var mistake in mistakes)
            WireTargets.Require(mistake.Problem.Length > 4 && mistake.Remedy.Length > 4, $"A mistake without words: {mistake}");
        return mistakes.Count == 0 ? "read" : string.Join(' ', mistakes.Take(3).Select(mistake => mistake.Problem));
    }

    private static byte[] Pack(string name, string text)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipWriter(bytes))
        {
            zip.Put(ZipWriter.Pack(name, stream => stream.Write(Encoding.UTF8.GetBytes(text))));
            zip.Finish(digest => $"sha256 {digest}");
        }
        return bytes.ToArray();
    }
}
