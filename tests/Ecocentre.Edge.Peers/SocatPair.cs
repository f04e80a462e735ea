namespace Ecocentre.Edge.Peers;

/// <summary>Two serial devices joined back to back by socat: what goes into one comes out of the other, at once.</summary>
public sealed class SocatPair : IDisposable
{
    private readonly Scratch _scratch;
    private readonly PeerProcess _process;

    private SocatPair(Scratch scratch, PeerProcess process)
    {
        _scratch = scratch;
        _process = process;
    }

    public string One => _scratch.File("one");

    public string Other => _scratch.File("other");

    public static async Task<SocatPair> StartAsync()
    {
        var scratch = new Scratch();
        var process = PeerProcess.Start("socat", ["-d", "-d", $"pty,raw,echo=0,link={scratch.File("one")}", $"pty,raw,echo=0,link={scratch.File("other")}"]);
        await process.WaitForOutputAsync("starting data transfer loop");
        return new SocatPair(scratch, process);
    }

    public void Dispose()
    {
        _process.Dispose();
        _scratch.Dispose();
    }
}
