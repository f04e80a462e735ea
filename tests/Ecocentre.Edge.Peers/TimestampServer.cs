using System.Net;

namespace Ecocentre.Edge.Peers;

/// <summary>An RFC 3161 authority on loopback: <c>openssl ts</c> behind a small HTTP listener. Its certificates lie in the scratch folder.</summary>
public sealed class TimestampServer : IAsyncDisposable
{
    private readonly Scratch _scratch;
    private readonly HttpListener _listener = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _serving;
    private int _asked;

    private TimestampServer(Scratch scratch, int port)
    {
        _scratch = scratch;
        Address = new Uri($"http://127.0.0.1:{port}/tsa");
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>PEM file of the root that the authority's certificate descends from.</summary>
    public string Authority => _scratch.File("tsa-ca.crt");

    /// <summary>Questions so far.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Changes an answer on its way; null answers 503.</summary>
    public Func<byte[], byte[]?> Answering { get; set; } = static answer => answer;

    public static async Task<TimestampServer> StartAsync(Scratch scratch)
    {
        await PeerProcess.RunAsync(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-keyout", scratch.File("tsa-ca.key"), "-out", scratch.File("tsa-ca.crt"), "-subj", "/CN=Ecocentre test root");
        await PeerProcess.RunAsync(
            "openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", scratch.File("tsa.key"), "-out", scratch.File("tsa.csr"), "-subj", "/CN=Ecocentre test time stamps");
        await PeerProcess.RunAsync(
            "openssl", "x509", "-req", "-days", "2", "-in", scratch.File("tsa.csr"), "-out", scratch.File("tsa.crt"),
            "-CA", scratch.File("tsa-ca.crt"), "-CAkey", scratch.File("tsa-ca.key"), "-CAcreateserial",
            "-extfile", scratch.Write("tsa.ext", "extendedKeyUsage=critical,timeStamping\n"));
        scratch.Write("tsa-serial", "01\n");
        scratch.Write("tsa.cnf",
            $"""
            [ tsa ]
            default_tsa = tsa_own
            [ tsa_own ]
            serial = {scratch.File("tsa-serial")}
            signer_cert = {scratch.File("tsa.crt")}
            certs = {scratch.File("tsa-ca.crt")}
            signer_key = {scratch.File("tsa.key")}
            signer_digest = sha256
            default_policy = 1.2.3.4.1
            digests = sha256
            accuracy = secs:1
            ess_cert_id_alg = sha256
            """);
        return new TimestampServer(scratch, FreePort.Take());
    }

    /// <summary>What openssl says of an answer to a content.</summary>
    public Task<string> VerifyAsync(string contentFile, string answerFile) =>
        PeerProcess.RunAsync("openssl", "ts", "-verify", "-data", contentFile, "-in", answerFile, "-CAfile", Authority);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            // Asked while it is being closed, a listener may never answer.
            while (true) await AnswerAsync(await _listener.GetContextAsync().WaitAsync(_ending.Token));
        }
        catch (Exception) when (_ending.IsCancellationRequested)
        {
            // Closed.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var number = Interlocked.Increment(ref _asked);
        var (question, answer) = (_scratch.File($"{number}.tsq"), _scratch.File($"{number}.tsr"));
        await using (var file = File.Create(question)) await context.Request.InputStream.CopyToAsync(file);
        await PeerProcess.RunAsync("openssl", "ts", "-reply", "-config", _scratch.File("tsa.cnf"), "-queryfile", question, "-out", answer);
        var bytes = context.Request.ContentType == "application/timestamp-query" ? Answering(await File.ReadAllBytesAsync(answer)) : null;
        if (bytes is null) context.Response.StatusCode = 503;
        else context.Response.ContentType = "application/timestamp-reply";
        try
        {
            if (bytes is not null) await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
        }
        catch (HttpListenerException)
        {
            // Whoever asked has heard enough and hung up.
        }
    }
}
