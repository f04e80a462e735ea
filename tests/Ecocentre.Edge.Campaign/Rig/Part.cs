using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign.Rig;

/// <summary>A process of the chain that is started again when it ends by itself, as systemd would do, and that says so.</summary>
/// <param name="start">Starts it and returns when it works, or throws.</param>
internal sealed class Part(string name, Func<Task<PeerProcess>> start)
{
    // What systemd's RestartSec is in config/systemd, about.
    private static readonly TimeSpan RestartAfter = TimeSpan.FromSeconds(1);

    // Of what a life said, in characters: more is not read by anybody.
    private const int WordsMax = 200_000;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<string> _words = [];
    private PeerProcess? _process;
    private bool _isWanted;

    public string Name => name;

    /// <summary>Every time it ended although nobody had asked it to.</summary>
    public List<(Instant At, string Words)> Deaths { get; } = [];

    /// <summary>While set, ending by itself is not worth a word.</summary>
    public bool MayDie { get; set; }

    /// <summary>What all its lives said.</summary>
    public string Words => string.Join("\n---- started again ----\n", [.. _words, _process?.Output ?? ""]);

    public IEnumerable<int> Ids => _process is null ? [] : [_process.Id];

    public async Task StartAsync()
    {
        await _gate.WaitAsync();
        try
        {
            _isWanted = true;
            await RestartAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        await _gate.WaitAsync();
        _isWanted = false;
        _process?.Kill();
        _gate.Release();
    }

    /// <summary>SIGTERM.</summary>
    public async Task StopAsync()
    {
        await _gate.WaitAsync();
        _isWanted = false;
        if (_process is not null) await _process.StopAsync(TimeSpan.FromSeconds(30));
        _gate.Release();
    }

    /// <summary>SIGSTOP.</summary>
    public void Freeze() => _process?.Freeze();

    /// <summary>SIGCONT.</summary>
    public void Thaw() => _process?.Thaw();

    /// <summary>Starts it again whenever it has ended by itself, until cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(RestartAfter, CancellationToken.None);
            // Whoever starts or ends it is not disturbed.
            if (!await _gate.WaitAsync(0, CancellationToken.None)) continue;
            try
            {
                if (!_isWanted || _process is not { HasExited: true }) continue;
                if (!MayDie) Deaths.Add((Instant.From(TimeProvider.System.GetUtcNow()), $"exit code {_process.ExitCode}: {Tail(_process.Output)}"));
                await RestartAsync();
            }
            catch (Exception e) when (e is InvalidOperationException or TimeoutException)
            {
                // It will be tried again.
            }
            finally
            {
                _gate.Release();
            }
        }
    }

    private async Task RestartAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            var words = _process.Output;
            _words.Add(words[^Math.Min(words.Length, WordsMax)..]);
        }
        _process = await start();
    }

    private static string Tail(string output) => string.Join(" / ", output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(3));
}
