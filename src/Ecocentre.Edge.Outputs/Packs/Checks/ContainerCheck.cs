using Ecocentre.Edge.Outputs.Packs.Zip;

namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>Every byte of the zip is as it was signed.</summary>
internal static class ContainerCheck
{
    internal const string Name = "container";

    internal static void Run(ZipFile zip, PackKeys? keys, FindingList found)
    {
        var isSealed = PackSeal.TryRead(zip.Comment, out var digest, out var signature);
        var real = zip.Digest();
        // Which file a changed byte lies in is looked for where there is one: that takes as long again.
        foreach (var (where, text) in zip.Deviations(packed: !isSealed || real != digest)) found.Fault(Name, where, text);
        if (!isSealed)
        {
            found.Fault(Name, $"bytes {zip.EndAt + ZipLayout.EndHeadBytes} to the end of the zip", "the comment is not the seal of a pack, or it was changed.");
        }
        else
        {
            if (real != digest) found.Fault(Name, "the zip", $"has the SHA-256 {real} before its end record; the seal is over {digest}.");
            if (keys is not null && !keys.Signer.Verifies(PackSeal.Signed(digest), signature))
                found.Fault(Name, "the zip's comment", $"the seal is not signed with the key {keys.Signer.Fingerprint}.");
        }
        found.Done(Name, $"{zip.EndAt} bytes, {zip.Entries.Count} files, under one signature");
    }
}
