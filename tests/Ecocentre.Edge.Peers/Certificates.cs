namespace Ecocentre.Edge.Peers;

/// <summary>An authority of our own with a server's and a client's certificate, and a second authority nobody trusts; made by
/// <c>openssl</c>.</summary>
/// <remarks>The server's certificate is for <c>localhost</c> and <c>127.0.0.1</c>. Everything is valid for two days and lies in the scratch
/// folder.</remarks>
public sealed class Certificates
{
    private readonly string _folder;

    private Certificates(string folder) => _folder = folder;

    public string Authority => Path.Combine(_folder, "ca.crt");
    public string OtherAuthority => Path.Combine(_folder, "other.crt");
    public string Server => Path.Combine(_folder, "server.crt");
    public string ServerKey => Path.Combine(_folder, "server.key");
    public string Client => Path.Combine(_folder, "client.crt");
    public string ClientKey => Path.Combine(_folder, "client.key");

    public static async Task<Certificates> MakeAsync(Scratch scratch)
    {
        var certificates = new Certificates(scratch.Folder);
        await MakeAuthorityAsync(scratch, "ca");
        await MakeAuthorityAsync(scratch, "other");
        await MakeSignedAsync(scratch, "server", "subjectAltName=DNS:localhost,IP:127.0.0.1");
        await MakeSignedAsync(scratch, "client", "extendedKeyUsage=clientAuth");
        return certificates;
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
