using System.CommandLine;
using Ecocentre.Edge.Outputs.Evidence.Backups;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Commands;

/// <summary><c>data backup TO</c>: everything that a dead card would take, onto another disk, while the gateway runs. <c>--verify</c>
/// checks what is there
/// instead. Exit code 1 when the backup was made of damaged files or is damaged.</summary>
internal static class BackupCommand
{
    // A week of daily backups is kept by those who want it; three survive a bad one that was noticed late, and a small stick holds them.
    private const int KeepUsual = 3;

    internal static Command Build(Terminal terminal)
    {
        var (models, json) = (SiteArgument.Models(), SiteArgument.Json());
        var site = new Option<string?>("--site") { Description = "The site file whose log is backed up; not needed with --verify." };
        var to = new Argument<string>("TO") { Description = "Folder on another disk; it is made. Several backups, of several centres, "
            + "may share it." };
        var withoutKey = new Option<bool>("--without-key") { Description = "Leave the signing key out. A log restored from it gets a new "
            + "key." };
        var keep = new Option<int>("--keep") { Description = "Backups of this centre to keep; older ones are deleted when this one is "
            + "complete.",
            DefaultValueFactory = _ => KeepUsual };
        var verify = new Option<bool>("--verify") { Description = "Make none: hold every file of every backup in the folder against its "
            + "digest." };
        var command = new Command("backup", "Copy log, archive, key, tokens and site to another disk, while the gateway runs or not.")
        {
            site, models, json, to, withoutKey, keep, verify,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var store = new BackupStore(parsed.GetRequiredValue(to));
            if (parsed.GetValue(verify)) return Task.FromResult(Verify(store, parsed.GetValue(json), terminal, cancellation));
            if (parsed.GetValue(site) is not { } file) throw new CannotRunException("Say with --site whose log is backed up, or --verify "
                + "to check what is there.");
            if (parsed.GetValue(keep) < 1) throw new CannotRunException("--keep is not possible. Write 1 or more.");
            if (SiteArgument.Load(file, parsed.GetValue(models),
                terminal.Errors) is not { } loaded) return Task.FromResult(ExitCode.FoundWrong);
            var source = new BackupSource(loaded.Centre, loaded.LogPath, RunningCentre.Version,
                SiteCompanions.Of(loaded, SiteArgument.Folder(parsed.GetValue(models)))) { WithoutKey = parsed.GetValue(withoutKey) };
            return Task.FromResult(Make(source, store, parsed.GetValue(keep), parsed.GetValue(json), terminal, cancellation));
        });
        return command;
    }

    private static int Make(BackupSource source, BackupStore store, int keep, bool json, Terminal terminal, CancellationToken cancellation)
    {
        var before = store.Manifests([]).SelectMany(m => m.Manifest.Files).Select(f => f.Sha256).ToHashSet(StringComparer.Ordinal);
        try
        {
            var (name, manifest) = new BackupRun(source, store, terminal.Time, new CopyingProgress(terminal)).Make(cancellation);
            terminal.ProgressDone();
            var gone = store.Prune(source.Centre, keep);
            var fresh = manifest.Files.DistinctBy(f => f.Sha256).Where(f => !before.Contains(f.Sha256)).ToArray();
            var remarks = Remarks(manifest, store);
            if (json)
                terminal.WriteJson(new
                {
                    backup = name, folder = store.Folder, centre = manifest.Centre, at = manifest.Log, head = manifest.Head,
                        files = manifest.Files.Length,
                    bytes = manifest.Files.Sum(f => f.Bytes), filesCopied = fresh.Length, bytesCopied = fresh.Sum(f => f.Bytes),
                        faults = manifest.Faults, remarks,
                    deleted = gone,
                });
            else
            {
                terminal.Output.WriteLine($"{name} is complete: centre {manifest.Centre} up to sequence {manifest.Head} at "
                    + $"{manifest.Log}.");
                terminal.Output.WriteLine($"{manifest.Files.Length} files, {Megabytes(manifest.Files.Sum(f => f.Bytes))}; of these "
                    + $"{fresh.Length} files, {Megabytes(fresh.Sum(f => f.Bytes))}, were not there before.");
                if (gone.Count > 0) terminal.Output.WriteLine($"Deleted, since {keep} are kept: {string.Join(", ", gone)}.");
                foreach (var remark in remarks) terminal.Output.WriteLine($"note: {remark}");
            }
            foreach (var fault in manifest.Faults) terminal.Errors.WriteLine(fault);
            return manifest.Faults.IsEmpty ? ExitCode.Ok : ExitCode.FoundWrong;
        }
        catch (BackupException e)
        {
            terminal.ProgressDone();
            throw new CannotRunException(e.Message, e);
        }
    }

    private static List<string> Remarks(BackupManifest manifest, BackupStore store)
    {
        var remarks = new List<string>();
        var hasKey = manifest.Files.Any(f => f.Name == "key");
        if (hasKey) remarks.Add("The signing key is in it: whoever has the disk can sign in the centre's name. Lock it away, or use "
            + "--without-key.");
        if (manifest.WithoutKey) remarks.Add("The signing key was left out: a log restored from this gets a new key, which the old one "
            + "has not signed.");
        if (!store.KeepsModes() && (hasKey || manifest.Files.Any(f => f.Name == SiteCompanions.TokensName)))
            remarks.Add($"{store.Folder} keeps no file modes (FAT, or a shared folder): everybody who can open it can read the "
                + $"{(hasKey ? "key and the tokens' hashes" : "tokens' hashes")}. "
                + "Restoring gives them their modes again.");
        if (IsSameDisk(manifest, store)) remarks.Add($"{store.Folder} is on the same disk as the site: it dies with it.");
        remarks.Add("Not in it: changes of desks, which must be gone after a day; passwords, certificates and keys that the site names "
            + "by file.");
        return remarks;
    }

    private static bool IsSameDisk(BackupManifest manifest, BackupStore store) =>
        manifest.LogPath is { } log && Mount(store.Folder) is { } mount && mount == Mount(Path.GetFullPath(log));

    /// <summary>The mount point that a path lies under.</summary>
    private static string? Mount(string path) => DriveInfo.GetDrives().Select(d => d.RootDirectory.FullName)
        .Where(root => path.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal)).MaxBy(root => root.Length);

    private static int Verify(BackupStore store, bool json, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            return VerifyAll(store, json, terminal, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException($"{store.Folder} cannot be read: {e.Message}", e);
        }
    }

    private static int VerifyAll(BackupStore store, bool json, Terminal terminal, CancellationToken cancellation)
    {
        var wrong = new List<string>();
        var manifests = store.Manifests(wrong);
        var unfinished = store.UnfinishedSince();
        if (manifests.Count == 0 && wrong.Count == 0)
            throw new CannotRunException($"There is no complete backup in {store.Folder}"
                + (unfinished.Count > 0 ? $"; one was begun at {unfinished[^1]} and has not ended. Repeat `data backup`." : "."));
        var files = manifests.SelectMany(m => m.Manifest.Files).DistinctBy(f => f.Sha256).ToArray();
        var bad = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, file) in files.Index())
        {
            terminal.Progress($"{index + 1} of {files.Length}: {file.Name}");
            if (store.Check(file, cancellation) is not { } problem) continue;
            bad.Add(file.Sha256);
            wrong.Add(problem);
        }
        terminal.ProgressDone();
        var backups = manifests.Select(m => new
        {
            backup = m.Name, centre = m.Manifest.Centre, at = m.Manifest.Log, head = m.Manifest.Head, files = m.Manifest.Files.Length,
            bytes = m.Manifest.Files.Sum(f => f.Bytes), whole = m.Manifest.Files.All(f => !bad.Contains(f.Sha256)),
                key = m.Manifest.Files.Any(f => f.Name == "key"),
        }).ToArray();
        if (json) terminal.WriteJson(new { folder = store.Folder, backups, wrong, unfinished });
        else
        {
            var table = new TextTable("backup", "centre", "up to", "sequence", "files", "size", "key", "state");
            foreach (var b in backups)
                table.Add(b.backup, b.centre, b.at, $"{b.head}", $"{b.files}", Megabytes(b.bytes), b.key ? "yes" : "no", b.whole ? "whole"
                    : "damaged");
            terminal.Output.Write(table);
            foreach (var since in unfinished) terminal.Errors.WriteLine($"A backup was begun at {since} and has not ended; it does not "
                + "count.");
            foreach (var problem in wrong) terminal.Errors.WriteLine(problem);
            if (wrong.Count > 0) terminal.Errors.WriteLine("Make a new backup now: what is damaged here is copied again. A damaged one "
                + "restores nothing.");
        }
        return wrong.Count == 0 ? ExitCode.Ok : ExitCode.FoundWrong;
    }

    internal static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1e6:0.0} MB");
}

/// <summary>Shows how far a backup or a restore has come.</summary>
internal sealed class CopyingProgress(Terminal terminal) : IProgress<BackupProgress>
{
    public void Report(BackupProgress value) => terminal.Progress(
        $"{value.What}: "
            + $"{BackupCommand.Megabytes(value.Bytes)}{(value.Total > 0 ? $" of {BackupCommand.Megabytes(value.Total)}" : "")}");
}
