using Ecocentre.Edge.Outputs.Packs.Zip;

namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>Every byte of the zip is as it was signed.</summary>
internal static class ContainerCheck
{
    internal const string Name = "container";

    internal static void Run(ZipFile zip, PackKeys? keys, FindingList found)
    {
        foreach (var (where, text) in zip.Deviations()) found.Fault(Name, where, text);
        if (!PackSeal.TryRead(zip.Comment, out var digest, out var signature))
        {
            found.Fault(Name, $"bytes {zip.EndAt + ZipLayout.EndHeadBytes} to the end of the zip", "the comment is not the seal of a pack, or it was changed.");
        }
        else
        {
            if (zip.Digest() is var real && real != digest)
                found.Fault(Name, "the zip", $"has the SHA-256 {real} before its end record; the seal is over {digest}.");
            if (keys is not null && !keys.Signer.Verifies(PackSeal.Signed(digest), signature))
                found.Fault(Name, "the zip's comment", $"the seal is not signed with the key {keys.Signer.Fingerprint}.");
        }
        found.Done(Name, $"{zip.EndAt} bytes, {zip.Entries.Count} files, under one signature");
    }
}
