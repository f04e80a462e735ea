using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Packs;
using Ecocentre.Edge.Outputs.Packs.Checks;
using Ecocentre.Edge.Outputs.Packs.Zip;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Signing;

namespace Ecocentre.Edge.Fuzzing.Targets;

/// <summary>Packs whose container, list of digests and signatures are right, and whose one file says what it likes: whoever forges a pack has a zip program
/// and a key of his own.</summary>
internal sealed class PackTargets : IDisposable
{
    // Verifying judges a day's verdicts again and looks at every signature: one input in so many is put to that.
    private const int VerifiedOneIn = 8;

    private readonly Scratch _scratch = Scratch.InMemory();
    private readonly ECDsa _forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly (string Name, byte[] Content)[] _files;

    internal PackTargets()
    {
        var text = File.ReadLines(Repository.At("tests", "Ecocentre.Edge.Fuzzing", "corpus", "pack.base64")).Where(line => line[0] != '#');
        File.WriteAllBytes(_scratch.File("seed.zip"), Convert.FromBase64String(string.Concat(text)));
        using var zip = ZipFile.Open(_scratch.File("seed.zip"));
        _files = [.. zip.Entries.Select(entry => (entry.Name, zip.ReadAll(entry, 1 << 20)))];
    }

    internal IEnumerable<FuzzTarget> All =>
    [
        // The first byte says which file it is.
        new("pack-inside", [.. Seeds()], Verify),
        new("stamp-look", ["none"u8.ToArray()], bytes => new StampLook(null).Look("checkpoint"u8.ToArray(), bytes).Text),
    ];

    public void Dispose()
    {
        _forger.Dispose();
        _scratch.Dispose();
    }

    private IEnumerable<byte[]> Seeds() => from file in _files.Index()
                                           where file.Item.Content.Length is > 0 and < 8_192
                                           select (byte[])[(byte)file.Index, .. file.Item.Content];

    private string Verify(byte[] bytes)
    {
        if (bytes.Length == 0 || bytes[0] >= _files.Length) return "none";
        var file = _scratch.File("tried.zip");
        Forge(file, _files[bytes[0]].Name, bytes[1..]);
        var read = "read";
        try
        {
            using var pack = PackReader.Open(file);
            foreach (var entry in pack.Entries) read = $"{entry.Sequence > 0}";
            _ = pack.Configurations.Count + pack.Verdicts.Count;
        }
        catch (PackException refusal)
        {
            read = refusal.Text.Length > 4 ? "refused" : throw new InvalidOperationException("Refused without words.");
        }
        if (SHA256.HashData(bytes)[0] % VerifiedOneIn != 0) return $"{_files[bytes[0]].Name} {read}";
        var found = PackVerification.Run(file, new PackTrust(), _ => { }, CancellationToken.None);
        WireTargets.Require(found.Checks.Length > 0, "Nothing was looked at.");
        return $"{read} {string.Concat(found.Checks.Select(check => check.IsGood ? '+' : '-'))}";
    }

    private void Forge(string path, string name, byte[] content)
    {
        var files = _files.ToDictionary(file => file.Name, file => file.Name == name ? content : file.Content);
        if (name is not (PackNames.Sums or PackNames.SumsSignature or PackNames.PublicKey))
        {
            var sums = new StringBuilder();
            foreach (var line in Encoding.UTF8.GetString(files[PackNames.Sums]).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var of = line[(2 * TreeHash.Bytes + 2)..];
                sums.Append(Convert.ToHexStringLower(SHA256.HashData(files[of]))).Append(line.AsSpan(2 * TreeHash.Bytes, 2)).Append(of).Append('\n');
            }
            files[PackNames.Sums] = Encoding.UTF8.GetBytes(sums.ToString());
            files[PackNames.SumsSignature] = Sign(files[PackNames.Sums]);
            files[PackNames.PublicKey] = Encoding.UTF8.GetBytes(_forger.ExportSubjectPublicKeyInfoPem());
        }
        using var output = File.Create(path);
        using var zip = new ZipWriter(output);
        foreach (var (one, bytes) in files) zip.Put(ZipWriter.Pack(one, stream => stream.Write(bytes)));
        zip.Finish(digest => PackSeal.Write(digest, Sign));
    }

    private byte[] Sign(byte[] bytes) => _forger.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
}
