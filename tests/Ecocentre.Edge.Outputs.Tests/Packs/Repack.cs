using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Outputs.Packs;
using Ecocentre.Edge.Outputs.Packs.Zip;

namespace Ecocentre.Edge.Outputs.Tests.Packs;

/// <summary>An attacker's tool: packs a pack anew with changed files, and signs digests and container if they have a key.</summary>
internal static class Repack
{
    internal static void Run(string path, Action<List<(string Name, byte[] Content)>> change, Func<byte[], byte[]>? sign = null)
    {
        var files = new List<(string Name, byte[] Content)>();
        string comment;
        using (var zip = ZipFile.Open(path))
        {
            files.AddRange(zip.Entries.Select(entry => (entry.Name, zip.ReadAll(entry, int.MaxValue / 2))));
            comment = zip.Comment;
        }
        change(files);
        if (sign is not null)
        {
            files.RemoveAll(file => file.Name is "SHA256SUMS" or "SHA256SUMS.sig");
            var sums = Encoding.UTF8.GetBytes(string.Concat(files.Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(file.Content))}  {file.Name}\n")));
            files.Add(("SHA256SUMS", sums));
            files.Add(("SHA256SUMS.sig", sign(sums)));
        }
        using var output = File.Create(path);
        using var writer = new ZipWriter(output);
        foreach (var (name, content) in files) writer.Put(ZipWriter.Pack(name, to => to.Write(content)));
        writer.Finish(digest => sign is null ? comment : PackSeal.Write(digest, sign));
    }

    /// <summary>Changes a file's text; bytes that are no text go through unharmed.</summary>
    internal static void Change(List<(string Name, byte[] Content)> files, string name, Func<string, string> change)
    {
        var at = files.FindIndex(file => file.Name == name);
        files[at] = (name, Encoding.Latin1.GetBytes(change(Encoding.Latin1.GetString(files[at].Content))));
    }
}
