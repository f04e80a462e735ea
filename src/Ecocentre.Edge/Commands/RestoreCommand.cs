using System.CommandLine;
using Ecocentre.Edge.Outputs.Evidence.Backups;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Commands;

/// <summary><c>data restore FROM --site FILE</c>: puts a backup where the site keeps its log. Where the site file is missing, it comes from
/// the backup
/// too.</summary>
internal static class RestoreCommand
{
    internal static Command Build(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var from = new Argument<string>("FROM") { Description = "Folder with backups." };
        var at = new Option<string?>("--at") { Description = "Name of the backup, or a beginning of its time as in 20261121; the newest "
            + "when left out." };
        var centre = new Option<string?>("--centre") { Description = "Which centre's, when there is no site file yet and the folder has "
            + "backups of several." };
        var force = new Option<bool>("--force") { Description = "Set aside what is there already, under another name." };
        var head = new Option<long?>("--head") { Description = "The last sequence the lost log gave, when an outsider knows it (\"head\" "
            + "in the retained MQTT "
            + "status); else numbering jumps by more than can have been given since the backup." };
        var newer = new Option<string?>("--checkpoint") { Description = "File with the newest checkpoint that an outsider holds (the "
            + "retained MQTT topic "
            + "\"checkpoint\"): the log then says whether its tree still extends it." };
        var mend = new Option<bool>("--mend") { Description = "Restore nothing but single files of the archive that are damaged or gone; "
            + "the log "
            + "stays as it is." };
        var command = new Command("restore", "Put a backup in the place of a log that was lost.") { site, models, json, from, at, centre,
            force, head, newer, mend };
        command.SetAction((parsed, cancellation) =>
        {
            var store = new BackupStore(parsed.GetRequiredValue(from));
            var file = parsed.GetRequiredValue(site);
            var folder = SiteArgument.Folder(parsed.GetValue(models));
            try
            {
                if (parsed.GetValue(mend)) return Task.FromResult(Mend(store, file, parsed.GetValue(models), parsed.GetValue(json),
                    terminal, cancellation));
                var wanted = new Wanted(parsed.GetValue(centre), parsed.GetValue(at));
                return Task.FromResult(Run(store, file, parsed.GetValue(models), wanted, terminal, (manifest, loaded) =>
                {
                    var place = new RestorePlace(loaded.Centre, loaded.LogPath, loaded.Log, SiteCompanions.Places(loaded))
                    {
                        Force = parsed.GetValue(force), HeadKnown = parsed.GetValue(head),
                        NewerCheckpoint = NewerCheckpoint.Of(parsed.GetValue(newer), loaded.LogPath) is { } note
                            ? NewerCheckpoint.Words(note, parsed.GetValue(newer) is not null, manifest, store.Keys(manifest)) : null,
                    };
                    var restored = new RestoreRun(store, manifest, place, terminal.Time, new CopyingProgress(terminal)).Make(cancellation);
                    terminal.ProgressDone();
                    Tell(restored, loaded, store, folder, parsed.GetValue(json), terminal);
                }));
            }
            catch (Exception e) when (e is BackupException or IOException or UnauthorizedAccessException)
            {
                terminal.ProgressDone();
                throw new CannotRunException(e.Message, e);
            }
        });
        return command;
    }

    private static int Run(BackupStore store, string file, string? models, Wanted wanted, Terminal terminal, Action<BackupManifest,
        Site> restore)
    {
        var loaded = File.Exists(file) ? SiteArgument.Load(file, models, terminal.Errors) : null;
        if (File.Exists(file) && loaded is null) return ExitCode.FoundWrong;
        var manifest = wanted.Of(store, loaded?.Centre);
        if (loaded is not null)
        {
            restore(manifest, loaded);
            return ExitCode.Ok;
        }
        var made = FromBackup(store, manifest, file, SiteArgument.Folder(models));
        var isDone = false;
        try
        {
            if (SiteArgument.Load(file, models, terminal.Errors) is not { } ofBackup) return ExitCode.FoundWrong;
            restore(manifest, ofBackup);
            isDone = true;
            return ExitCode.Ok;
        }
        finally
        {
            // Nothing was restored, so nothing stays.
            if (!isDone) made.ForEach(File.Delete);
        }
    }

    private static int Mend(BackupStore store, string file, string? models, bool json, Terminal terminal, CancellationToken cancellation)
    {
        if (SiteArgument.Load(file, models, terminal.Errors) is not { } site) return ExitCode.FoundWrong;
        var (mended, left) = new MendRun(store, site.Centre, site.LogPath).Make(cancellation);
        if (json) terminal.WriteJson(new { mended, left });
        else
        {
            foreach (var name in mended) terminal.Output.WriteLine($"put back: {name}");
            foreach (var wrong in left) terminal.Errors.WriteLine($"in no backup: {wrong}");
            if (mended.IsEmpty && left.IsEmpty) terminal.Output.WriteLine("Nothing in the archive is damaged, and nothing is gone that a "
                + "backup has.");
        }
        return left.IsEmpty ? ExitCode.Ok : ExitCode.FoundWrong;
    }

    /// <summary>Brings the site file, and those meter models, profiles and factors that the program does not have.</summary>
    /// <returns>What was made.</returns>
    private static List<string> FromBackup(BackupStore store, BackupManifest manifest, string file, string models)
    {
        if (manifest.Files.FirstOrDefault(f => f.Name == SiteCompanions.SiteName) is not { } site)
            throw new CannotRunException($"There is no {file}, and the backup has no site file. Write one, or name another.");
        var made = new List<string>();
        Bring(site, file);
        foreach (var own in manifest.Files)
            if (SiteCompanions.ProgramPath(own.Name, models) is { } path && !File.Exists(path)) Bring(own, path);
        return made;

        void Bring(BackupFile what, string to)
        {
            if (store.Check(what, CancellationToken.None) is { } problem) throw new CannotRunException($"{problem} An older backup can "
                + "be restored with --at.");
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
            made.Add(to);
            using (var source = store.Open(what))
            using (var target = new FileStream(to, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write,
                UnixCreateMode = what.Mode }))
                source.CopyTo(target);
        }
    }

    private static void Tell(Restored restored, Site site, BackupStore store, string models, bool json, Terminal terminal)
    {
        var remarks = new List<string>();
        if (restored.Manifest.Files.FirstOrDefault(f => f.Name == SiteCompanions.SiteName) is { } ours && ours.Sha256 != site.Digest)
            remarks.Add($"{site.File} is not the site file of the backup; it was left as it is.");
        foreach (var own in restored.Manifest.Files)
            if (SiteCompanions.ProgramPath(own.Name, models) is { } path && !Same(store, own, path))
                remarks.Add($"{path} {(File.Exists(path) ? "differs from" : "is missing and is in")} the backup ({own.Name}); it was "
                    + "left as it is.");
        remarks.Add("Passwords, certificates and keys that the site names by file are in no backup: put them back before you start.");
        // The owner of a file cannot be restored without knowing the user; root is the one who is not the gateway's.
        if (Environment.UserName == "root")
            remarks.Add($"Everything belongs to root now: give {Path.GetDirectoryName(Path.GetFullPath(site.LogPath))} to the gateway's "
                + "user with chown -R.");
        remarks.Add("The old box must never run again beside this one: both would give the same numbers and sign with the same key.");
        if (json)
        {
            terminal.WriteJson(new
            {
                backup = restored.Manifest.Log, head = restored.Manifest.Head, numbering = restored.Numbering,
                    written = restored.Written.Length,
                setAside = restored.SetAside, incident = restored.Incident, remarks,
            });
            return;
        }
        terminal.Output.WriteLine($"{site.LogPath} is restored as it was at {restored.Manifest.Log}: {restored.Written.Length} files.");
        terminal.Output.WriteLine(restored.Incident);
        foreach (var aside in restored.SetAside) terminal.Output.WriteLine($"kept: {aside}");
        foreach (var fault in restored.Manifest.Faults) terminal.Output.WriteLine($"note: when it was made: {fault}");
        foreach (var remark in remarks) terminal.Output.WriteLine($"note: {remark}");
        terminal.Output.WriteLine($"Start the gateway, then look with `ecocentre-edge evidence check --site {site.File}`.");
    }

    private static bool Same(BackupStore store, BackupFile file, string path)
    {
        if (!File.Exists(path)) return false;
        using var theirs = store.Open(file);
        using var ours = File.OpenRead(path);
        using var hash = System.Security.Cryptography.SHA256.Create();
        return hash.ComputeHash(theirs).AsSpan().SequenceEqual(hash.ComputeHash(ours));
    }

    /// <summary>Which backup of a folder is meant.</summary>
    private sealed record Wanted(string? Centre, string? At)
    {
        /// <param name="siteCentre">The centre of the site, where there is a site.</param>
        /// <exception cref="CannotRunException">There is none, or it is not clear which.</exception>
        internal BackupManifest Of(BackupStore store, string? siteCentre)
        {
            var damaged = new List<string>();
            var all = store.Manifests(damaged);
            var told = string.Concat(damaged.Select(problem => " " + problem));
            if (all.Count == 0)
                throw new CannotRunException($"There is no complete backup in {store.Folder}.{told}"
                    + (store.UnfinishedSince() is [.., var since] ? $" One was begun at {since} and has not ended." : " Name the folder "
                        + "that `data backup` was given."));
            var centres = all.Select(m => m.Manifest.Centre).Distinct().ToArray();
            var centre = siteCentre ?? Centre ?? (centres.Length == 1 ? centres[0] : null);
            if (centre is null) throw new CannotRunException($"{store.Folder} has backups of {string.Join(", ", centres)}. Say with "
                + "--centre which.");
            var of = all.Where(m => m.Manifest.Centre == centre && (At is null || m.Name == At
                || m.Name.StartsWith($"backup-{centre}-{At}", StringComparison.Ordinal))).ToArray();
            return of.Length > 0 ? of[^1].Manifest
                : throw new CannotRunException($"{store.Folder} has no such backup of centre {centre}. There are: "
                    + $"{string.Join(", ", all.Select(m => m.Name))}.{told}");
        }
    }
}
