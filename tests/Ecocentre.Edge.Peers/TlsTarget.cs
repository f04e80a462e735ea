using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Ecocentre.Edge.Peers;

/// <summary>An https server on a free loopback port that takes every POST with 204 and counts it.</summary>
public sealed class TlsTarget : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _serving;
    private int _taken;

    private TlsTarget(string certificateFile, string keyFile)
    {
        _certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Uri => new($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hook");

    /// <summary>Requests that came through.</summary>
    public int Taken => Volatile.Read(ref _taken);

    public static TlsTarget Start((string Certificate, string Key) files) => new(files.Certificate, files.Key);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _serving;
        _certificate.Dispose();
        _ending.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_ending.Token);
                await using var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _ending.Token);
                await AnswerAsync(stream);
            }
            catch (Exception e) when (e is IOException or AuthenticationException or SocketException || _ending.IsCancellationRequested)
            {
                // The client hung up: it did not believe us.
            }
        }
    }

    private async Task AnswerAsync(SslStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        // In TLS 1.3 a server learns only now that the client did not believe it.
        if (await reader.ReadLineAsync(_ending.Token) is null) return;
        var length = 0;
        while (await reader.ReadLineAsync(_ending.Token) is { Length: > 0 } line)
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) length = int.Parse(line[15..], CultureInfo.InvariantCulture);
        var body = new char[length];
        await reader.ReadBlockAsync(body, _ending.Token);
        Interlocked.Increment(ref _taken);
        await stream.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray(), _ending.Token);
    }
}
