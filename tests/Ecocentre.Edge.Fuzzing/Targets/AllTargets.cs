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
        .. new[]
        {
            WireTargets.All, ChipTargets.All, UartTargets.All, MessageTargets.All, EvidenceTargets.All, RecordTargets.All, _stored.All, _files.All,
            _packs.All, _answers.All, [_http.Target],
        }.SelectMany(targets => targets).Select(target => target with { Seeds = [.. target.Seeds, .. Corpus(target.Name)] }),
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
