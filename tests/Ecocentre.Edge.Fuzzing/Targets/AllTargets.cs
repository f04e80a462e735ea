namespace Ecocentre.Edge.Fuzzing.Targets;

/// <summary>All parsers that are tried; some need a folder or a server, which goes with this.</summary>
public sealed class AllTargets : IDisposable
{
    private readonly FileTargets _files = new();
    private readonly HttpTarget _http = new();

    public IReadOnlyList<FuzzTarget> Targets => [.. WireTargets.All, .. MessageTargets.All, .. EvidenceTargets.All, .. _files.All, _http.Target];

    public void Dispose()
    {
        _files.Dispose();
        _http.Dispose();
    }
}
