using System.Net;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web;

/// <summary>Where and to whom the gateway answers HTTP.</summary>
/// <param name="Listen">Address and port; loopback unless the site says otherwise. Port 0 takes a free one.</param>
public sealed record WebOptions(IPEndPoint Listen)
{
    /// <summary>The file of tokens; see <see cref="TokenFile"/>. While it holds none, whoever asks from this machine over loopback is a viewer and nobody
    /// else is anything.</summary>
    public required string TokensFile { get; init; }

    /// <summary>Folder of the built dashboard; where it holds none, <c>/</c> says how to build it.</summary>
    public string PagesFolder { get; init; } = Path.Combine(AppContext.BaseDirectory, "dashboard");

    /// <summary>Null: plain HTTP.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Requests from one address. 50 a second keep a page of a dozen resources lively; behind a proxy all clients share it.</summary>
    public Rate PerAddress { get; init; } = new(50, 200);

    /// <summary>Requests with one token. "Which desk is free" asked twenty times a second leaves room.</summary>
    public Rate PerToken { get; init; } = new(50, 200);
}

/// <summary>The certificate of the server. Both files are read again when they change, so that a renewal needs no restart.</summary>
/// <param name="CertificateFile">PEM: the server's certificate, then those that lead to its authority.</param>
/// <param name="KeyFile">PEM: its private key, without passphrase.</param>
public sealed record TlsOptions(string CertificateFile, string KeyFile);
