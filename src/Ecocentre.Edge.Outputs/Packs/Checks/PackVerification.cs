using System.Runtime.ExceptionServices;
using Ecocentre.Edge.Outputs.Packs.Zip;

namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>Checks an evidence pack by itself, offline: container, digests, signatures, keys, tree, leaves, windows, tables, and every verdict judged
/// again.</summary>
public static class PackVerification
{
    /// <param name="progress">Gets the share done, 0 to 1.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PackFindings Run(string path, PackTrust trust, Action<double> progress, CancellationToken cancellation)
    {
        try
        {
            return Look(path, trust, progress, cancellation);
        }
        catch (AggregateException e)
        {
            // What was done at the same time failed: the first to do so is what failed.
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
            throw;
        }
    }

    private static PackFindings Look(string path, PackTrust trust, Action<double> progress, CancellationToken cancellation)
    {
        var found = new FindingList();
        ZipFile zip;
        try
        {
            zip = ZipFile.Open(path);
        }
        catch (PackException e)
        {
            found.Fault(ContainerCheck.Name, e);
            found.Done(ContainerCheck.Name, "the zip cannot be read; nothing more was looked at");
            return found.Take(null);
        }
        using (zip)
        {
            var keys = KeysCheck.Read(zip, trust, found);
            var (opened, refused) = (default(PackReader), default(PackException));
            // Hashing a year takes as long as reading its leaves.
            Parallel.Invoke(() => ContainerCheck.Run(zip, keys, found), () => (opened, refused) = Open(path));
            using var pack = opened;
            if (refused is not null)
            {
                found.Fault(LeavesCheck.Name, refused);
                found.Done(LeavesCheck.Name, "the pack cannot be read; its windows and verdicts were not looked at");
            }
            var sums = new SumsCheck(zip, found);
            try
            {
                if (pack is not null) Look(pack, trust, keys, sums, found, progress, cancellation);
            }
            catch (PackException e)
            {
                found.Fault(FilesCheck.Name, e);
            }
            sums.Finish(keys, found);
            progress(1);
            return found.Take(pack?.About);
        }
    }

    private static void Look(
        PackReader pack, PackTrust trust, PackKeys? keys, SumsCheck sums, FindingList found, Action<double> progress, CancellationToken cancellation)
    {
        FilesCheck.Run(pack, found);
        KeysCheck.HoldAgainstLeaves(pack, keys, found);
        var hashes = TreeCheck.Run(pack, trust, keys, found);
        TimeStampCheck.Run(pack, trust, found);
        LeavesCheck.Run(pack, hashes, found);
        ConfigurationCheck.Run(pack, found);
        TablesCheck.Run(pack, found);
        var judging = new JudgingCheck(pack);
        new WindowsCheck(pack, judging, sums, found).Run(progress, cancellation);
        judging.Run(found, cancellation);
    }

    private static (PackReader? Pack, PackException? Refused) Open(string path)
    {
        try
        {
            return (PackReader.Open(path), null);
        }
        catch (PackException e)
        {
            return (null, e);
        }
    }
}
