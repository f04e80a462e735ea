using System.Text;

namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>The time stamp is one of the checkpoint.</summary>
internal static class TimeStampCheck
{
    internal const string Name = "time stamp";

    // With a chain of certificates it has 3 to 8 kB.
    private const int StampBytesMax = 64 * 1024;

    internal static void Run(PackReader pack, PackTrust trust, FindingList found)
    {
        if (!pack.HasTimeStamp) return;
        if (trust.LookAtStamp is not { } look)
        {
            found.Remark($"{PackNames.TimeStamp} is not checked here; `openssl ts -verify -in {PackNames.TimeStamp} "
                + $"-data {PackNames.Checkpoint}` does, with the authority's certificate.");
            return;
        }
        try
        {
            var stamp = look(Encoding.UTF8.GetBytes(pack.Checkpoint), pack.Bytes(PackNames.TimeStamp, StampBytesMax));
            if (stamp.IsWrong) found.Fault(Name, PackNames.TimeStamp, stamp.Text);
            if (stamp.Remark is { } remark) found.Remark(remark);
            found.Done(Name, stamp.IsWrong ? "it proves nothing" : stamp.Text);
        }
        catch (PackException e)
        {
            found.Fault(Name, e);
            found.Done(Name, "it cannot be read");
        }
    }
}
