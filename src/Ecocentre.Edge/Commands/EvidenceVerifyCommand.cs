using System.CommandLine;
using System.Security.Cryptography;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Packs.Checks;
using Ecocentre.Edge.Signing;

namespace Ecocentre.Edge.Commands;

/// <summary><c>evidence verify PACK</c>: checks an evidence pack offline and judges its verdicts again. Exit code 0 it holds, 1 it does not, 2 it cannot be
/// read, or this program cannot settle all of it.</summary>
internal static class EvidenceVerifyCommand
{
    internal static Command Build(Terminal terminal)
    {
        var pack = new Argument<string>("PACK") { Description = "The pack's file (zip)." };
        var key = new Option<string?>("--key")
        {
            Description = "The key you trust: a file with the public key (PEM, or the line of `evidence key`), or its fingerprint. One that was replaced since "
                + "does too.",
        };
        var since = new Option<string?>("--since") { Description = "A checkpoint of the same centre that you kept from earlier (checkpoint.txt)." };
        var authority = Authority();
        var json = SiteArgument.Json();
        var command = new Command("verify", "Check an evidence pack by itself, and judge its verdicts again.") { pack, key, since, authority, json };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            terminal, parsed.GetRequiredValue(pack), new PackTrust
            {
                Fingerprint = parsed.GetValue(key) is { } named ? Fingerprint(named) : null,
                OldCheckpoint = parsed.GetValue(since) is { } file ? Read(file) : null, LookAtStamp = StampOf(parsed.GetValue(authority)).Look,
            },
            parsed.GetValue(json), cancellation)));
        return command;
    }

    /// <summary>Whose time stamps are trusted.</summary>
    internal static Option<string?> Authority() => new("--timestamp-ca")
    {
        Description = "The root certificate of the time stamping authority that you trust (PEM); else only what is stamped and by whom is looked at.",
    };

    /// <exception cref="CannotRunException">The file has no certificate.</exception>
    internal static StampLook StampOf(string? authorityFile)
    {
        try
        {
            return new StampLook(authorityFile);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException($"--timestamp-ca {authorityFile} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The fingerprint of a key that somebody names.</summary>
    /// <exception cref="CannotRunException">It names none.</exception>
    internal static TreeHash Fingerprint(string named)
    {
        if (TreeHash.TryParseHex(named.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant(), out var fingerprint)) return fingerprint;
        var text = Read(named).Trim();
        if (TreeHash.TryParseHex(text.ToLowerInvariant(), out fingerprint)) return fingerprint;
        try
        {
            return (text.StartsWith("-----", StringComparison.Ordinal) ? NoteKey.FromPem("key", text) : NoteKey.Parse(text)).Fingerprint;
        }
        catch (FormatException e)
        {
            throw new CannotRunException($"{named} holds no public key: {e.Message}", e);
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException($"{file} cannot be read: {e.Message}", e);
        }
    }

    private static int Run(Terminal terminal, string pack, PackTrust trust, bool json, CancellationToken cancellation)
    {
        PackFindings found;
        try
        {
            found = PackVerification.Run(pack, trust, share => terminal.Progress($"{100 * share:0} % of {pack}"), cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException($"{pack} cannot be read: {e.Message}", e);
        }
        finally
        {
            terminal.ProgressDone();
        }
        if (json) terminal.WriteJson(new
        {
            good = found.IsGood, centre = found.About?.Centre, from = found.About?.From, to = found.About?.To, checks = found.Checks, faults = found.Faults,
            faultsLeftOut = found.FaultsLeftOut, open = found.Open, remarks = found.Remarks,
        });
        else Show(terminal, pack, found);
        return !found.IsGood ? ExitCode.FoundWrong : found.Open.IsEmpty ? ExitCode.Ok : ExitCode.CannotRun;
    }

    private static void Show(Terminal terminal, string pack, PackFindings found)
    {
        var table = new TextTable("check", "", "what was looked at");
        foreach (var check in found.Checks) table.Add(check.Name, !check.IsGood ? "WRONG" : check.IsOpen ? "OPEN" : "ok", check.Text);
        terminal.Output.Write(table);
        foreach (var remark in found.Remarks) terminal.Output.WriteLine($"Note: {remark}");
        foreach (var fault in found.Faults) terminal.Output.WriteLine($"WRONG ({fault.Check}) {fault.Where}: {fault.Text}");
        if (found.FaultsLeftOut > 0) terminal.Output.WriteLine($"… and {found.FaultsLeftOut} faults more.");
        foreach (var open in found.Open) terminal.Output.WriteLine($"OPEN {open}");
        terminal.Output.WriteLine(!found.IsGood ? $"{pack} does NOT hold." : found.Open.IsEmpty ? $"{pack} holds."
            : $"{pack}: nothing is wrong, and not all of it could be settled here.");
    }
}
