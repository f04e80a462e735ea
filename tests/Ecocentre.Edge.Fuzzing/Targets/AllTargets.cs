using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Fuzzing.Targets;

/// <summary>All parsers that are tried; some need a folder or a server, which goes with this.</summary>
public sealed class AllTargets : IDisposable
{
    private readonly FileTargets _files = new();
    private readonly StoredTargets _stored = new();
    private readonly AnswerTargets _answers = new();
    private readonly HttpTarget _http = new();
    private readonly PackTargets _packs = new();

    /// <summary>Each with the inputs that once did harm, from <c>corpus</c>, among its seeds.</summary>
    public IReadOnlyList<FuzzTarget> Targets =>
    [
        .. WireTargets.All.Concat(ChipTargets.All).Concat(UartTargets.All).Concat(MessageTargets.All).Concat(EvidenceTargets.All).Concat(RecordTargets.All).Concat(_stored.All)
            .Concat(_files.All).Concat(_packs.All).Concat(_answers.All).Append(_http.Target).Select(target => target with { Seeds = [.. target.Seeds, .. Corpus(target.Name)] }),
    ];

    public void Dispose()
    {
        _files.Dispose();
        _stored.Dispose();
        _answers.Dispose();
        _http.Dispose();
        _packs.Dispose();
    }

    /// <summary>One input to a line, in Base64; a line that begins with # says what it did.</summary>
    private static IEnumerable<byte[]> Corpus(string target)
    {
        var file = Repository.At("tests", "Ecocentre.Edge.Fuzzing", "corpus", target + ".txt");
        return File.Exists(file) ? File.ReadAllLines(file).Where(line => line.Length > 0 && line[0] != '#').Select(Convert.FromBase64String) : [];
    }
}
