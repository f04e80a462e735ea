namespace Ecocentre.Edge.Peers;

/// <summary>How a broker is set up. The default takes anybody, in the clear, and forgets everything when it ends.</summary>
public sealed record MosquittoSetup
{
    /// <summary>Keeps sessions, queues and retained messages in a file over restarts.</summary>
    public bool Persistence { get; init; }

    /// <summary>Only this user may log in, when given.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Listens with TLS, with <see cref="Mosquitto.Certificates"/>.</summary>
    public bool Tls { get; init; }

    /// <summary>With <see cref="Tls"/>: what is wrong with the broker's certificate.</summary>
    public CertificateFlaw Flaw { get; init; }

    /// <summary>With <see cref="Tls"/>: refuses clients without a certificate of our authority.</summary>
    public bool ClientCertificateRequired { get; init; }

    /// <summary>Further lines of mosquitto.conf(5), such as <c>max_keepalive 10</c>.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];
}

/// <summary>A real mosquitto on a free loopback port with a scratch folder. It can be killed, frozen and started again on the same
/// port.</summary>
public sealed class Mosquitto : IAsyncDisposable
{
    private readonly Scratch _scratch = new();
    private readonly MosquittoSetup _setup;
    private PeerProcess? _process;

    private Mosquitto(MosquittoSetup setup)
    {
        _setup = setup;
        Port = FreePort.Take();
    }

    public int Port { get; }

    /// <summary><c>mqtt://127.0.0.1:port</c>, or <c>mqtts:</c> with TLS.</summary>
    public Uri Uri => new($"{(_setup.Tls ? "mqtts" : "mqtt")}://127.0.0.1:{Port}");

    /// <summary>Made only for a broker with TLS.</summary>
    public Certificates? Certificates { get; private set; }

    /// <summary>What the running (or last) broker process said.</summary>
    public string Output => _process?.Output ?? "";

    public PeerProcess Process => _process ?? throw new InvalidOperationException("The broker is not running.");

    public static async Task<Mosquitto> StartAsync(MosquittoSetup? setup = null)
    {
        var broker = new Mosquitto(setup ?? new MosquittoSetup());
        await broker.ConfigureAsync();
        await broker.RestartAsync();
        return broker;
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill() => Process.Kill();

    /// <summary>Sessions, queues and retained messages are gone at the next start. While it does not run.</summary>
    public void Forget() => System.IO.File.Delete(_scratch.File("mosquitto.db"));

    /// <summary>Lets it end in order; with persistence it writes its file.</summary>
    public Task StopAsync() => Process.StopAsync();

    /// <summary>Connections stay open, nobody answers.</summary>
    public void Freeze() => Process.Freeze();

    public void Thaw() => Process.Thaw();

    /// <summary>Starts it (again) on the same port; a broker still running is killed first. Completes when it takes connections.</summary>
    public async Task RestartAsync()
    {
        _process?.Dispose();
        _process = PeerProcess.Start("mosquitto", ["-c", _scratch.File("mosquitto.conf")]);
        await _process.WaitForOutputAsync("running");
    }

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        _scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ConfigureAsync()
    {
        var lines = new List<string>
        {
            $"listener {Port} 127.0.0.1",
            "log_dest stderr",
            // Started by root, mosquitto would become another user, who can neither read the scratch folder nor be ended with the test.
            $"user {Environment.UserName}",
            $"persistence {(_setup.Persistence ? "true" : "false")}",
            $"persistence_location {_scratch.Folder}/",
        };
        if (_setup.User is null)
        {
            lines.Add("allow_anonymous true");
        }
        else
        {
            var passwords = _scratch.Write("passwords", $"{_setup.User}:{_setup.Password}\n");
            await PeerProcess.RunAsync("mosquitto_passwd", "-U", passwords);
            lines.AddRange(["allow_anonymous false", $"password_file {passwords}"]);
        }
        if (_setup.Tls)
        {
            Certificates = await Certificates.MakeAsync(_scratch);
            var (certificate, key) = await Certificates.ServerAsync(_setup.Flaw);
            lines.AddRange([$"cafile {Certificates.Authority}", $"certfile {certificate}", $"keyfile {key}"]);
            if (_setup.ClientCertificateRequired) lines.Add("require_certificate true");
        }
        lines.AddRange(_setup.Lines);
        _scratch.Write("mosquitto.conf", string.Join('\n', lines) + "\n");
    }
}
