namespace Ecocentre.Edge.Peers;

/// <summary>What may be wrong with a server's certificate.</summary>
public enum CertificateFlaw
{
    None,

    /// <summary>It is for <c>elsewhere.example</c>.</summary>
    OtherHost,

    /// <summary>It was good in January 2020.</summary>
    Expired,

    /// <summary>It is good from 2090 on: what a box whose clock stands in 1970 takes every certificate for.</summary>
    NotYetValid,

    /// <summary>It has no authority.</summary>
    SelfSigned,

    /// <summary>It is of the authority that nobody trusts.</summary>
    OtherAuthority,
}

/// <summary>An authority of our own with a server's and a client's certificate, and a second authority nobody trusts; made by
/// <c>openssl</c>.</summary>
/// <remarks>The server's certificate is for <c>localhost</c> and <c>127.0.0.1</c>. Everything is valid for two days and lies in the scratch
/// folder.</remarks>
public sealed class Certificates
{
    private const string OwnNames = "subjectAltName=DNS:localhost,IP:127.0.0.1";

    private readonly string _folder;
    private readonly Scratch _scratch;

    private Certificates(Scratch scratch) => (_folder, _scratch) = (scratch.Folder, scratch);

    public string Authority => Path.Combine(_folder, "ca.crt");
    public string OtherAuthority => Path.Combine(_folder, "other.crt");
    public string Server => Path.Combine(_folder, "server.crt");
    public string ServerKey => Path.Combine(_folder, "server.key");
    public string Client => Path.Combine(_folder, "client.crt");
    public string ClientKey => Path.Combine(_folder, "client.key");

    public static async Task<Certificates> MakeAsync(Scratch scratch)
    {
        var certificates = new Certificates(scratch);
        await MakeAuthorityAsync(scratch, "ca");
        await MakeAuthorityAsync(scratch, "other");
        await MakeSignedAsync(scratch, "server", OwnNames);
        await MakeSignedAsync(scratch, "client", "extendedKeyUsage=clientAuth");
        return certificates;
    }

    /// <summary>A server's certificate with one thing wrong, and its key.</summary>
    public async Task<(string Certificate, string Key)> ServerAsync(CertificateFlaw flaw)
    {
        if (flaw == CertificateFlaw.None) return (Server, ServerKey);
        var (name, authority) = ($"server-{flaw}", flaw == CertificateFlaw.OtherAuthority ? "other" : "ca");
        var (certificate, key) = (Path.Combine(_folder, name + ".crt"), Path.Combine(_folder, name + ".key"));
        if (flaw == CertificateFlaw.SelfSigned)
        {
            await PeerProcess.RunAsync("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-keyout", key, "-out", certificate, "-subj", $"/CN={name}", "-addext", OwnNames, "-addext", "basicConstraints=critical,CA:FALSE");
            return (certificate, key);
        }
        await PeerProcess.RunAsync("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", key, "-out", _scratch.File(name + ".csr"), "-subj", $"/CN={name}");
        // Only "openssl ca" sets both ends of the time before OpenSSL 3.4.
        var (from, to) = flaw switch
        {
            CertificateFlaw.Expired => ("20200101000000Z", "20200201000000Z"),
            CertificateFlaw.NotYetValid => ("20900101000000Z", "20910101000000Z"),
            _ => ("20200101000000Z", "20900101000000Z"),
        };
        _scratch.Write(name + ".index", "");
        var settings = _scratch.Write(name + ".conf", $"""
            [ca]
            default_ca = it
            [it]
            database = {_scratch.File(name + ".index")}
            new_certs_dir = {_folder}
            rand_serial = yes
            default_md = sha256
            policy = names
            certificate = {_scratch.File(authority + ".crt")}
            private_key = {_scratch.File(authority + ".key")}
            x509_extensions = server
            [names]
            commonName = supplied
            [server]
            {(flaw == CertificateFlaw.OtherHost ? "subjectAltName=DNS:elsewhere.example" : OwnNames)}

            """);
        await PeerProcess.RunAsync("openssl", "ca", "-batch", "-notext", "-config", settings, "-startdate", from, "-enddate", to,
            "-in", _scratch.File(name + ".csr"), "-out", certificate);
        return (certificate, key);
    }

    private static Task MakeAuthorityAsync(Scratch scratch, string name) => PeerProcess.RunAsync(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-keyout", scratch.File(name + ".key"), "-out", scratch.File(name + ".crt"), "-subj", $"/CN=Ecocentre test {name}");

    private static async Task MakeSignedAsync(Scratch scratch, string name, string extension)
    {
        await PeerProcess.RunAsync(
            "openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", scratch.File(name + ".key"), "-out", scratch.File(name + ".csr"), "-subj", $"/CN={name}");
        await PeerProcess.RunAsync(
            "openssl", "x509", "-req", "-days", "2", "-in", scratch.File(name + ".csr"), "-out", scratch.File(name + ".crt"),
            "-CA", scratch.File("ca.crt"), "-CAkey", scratch.File("ca.key"), "-CAcreateserial",
            "-extfile", scratch.Write(name + ".ext", extension + "\n"));
    }
}
