using System.Security.Cryptography;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Packs;
using Ecocentre.Edge.Outputs.Packs.Checks;
using Ecocentre.Edge.Reports.Words;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Reports;

/// <summary>Makes the report of a pack: checks it first, and tells in the report what that found.</summary>
internal static class PackReport
{
    // Three years. A pack that says more of itself was not made here, and would only cost memory.
    private const int DaysMax = 3 * 366;

    /// <param name="made">Who makes it, and when.</param>
    /// <exception cref="PackException">There is nothing in the pack a report could be made of.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static (string Html, PackFindings Findings) Write(
        string path, Language language, PackTrust trust, (string By, Instant At) made, Action<double> progress,
            CancellationToken cancellation)
    {
        var findings = PackVerification.Run(path, trust, progress, cancellation);
        using var pack = PackReader.Open(path);
        var source = Source(path, pack, findings, made) with { IsKeyKnown = trust.Fingerprint is not null && findings.IsGood };
        return (HtmlReport.Write(source, language), findings);
    }

    private static ReportSource Source(string path, PackReader pack, PackFindings findings, (string By, Instant At) made)
    {
        var about = pack.About;
        if (about.To < about.From || about.To.DayNumber - about.From.DayNumber >= DaysMax)
            throw new PackException("pack.json",
                $"goes from {about.From:yyyy-MM-dd} to {about.To:yyyy-MM-dd}; a report is of at most {DaysMax} days.");
        if (pack.Profile is not { } profile || pack.Facts is not { } facts)
            throw new PackException("configuration", pack.Configurations.LastOrDefault()?.Trouble ?? "names no label to report on.");
        var (start, end) = (LocalDay.Of(about.From, facts.Zone).Start, LocalDay.Of(about.To, facts.Zone).End);
        return new ReportSource
        {
            Centre = about.Name.Length > 0 ? about.Name : about.Centre, First = about.From, Last = about.To, PackProgram = about.Program,
            PackFile = Path.GetFileName(path), PackSha256 = Digest(path), Profile = profile, Facts = facts, Findings = findings,
            Verdicts = [.. pack.Verdicts.Select(v => v.Verdict)], Incidents = [.. pack.Incidents
                .Select(e => new LogEntry(e.Sequence, e.Fact))],
            Records =
            [
                // Instruments hold from when they were declared; what was done to them and entered belongs to its day.
                .. pack.Entries.Where(e => e.Fact is RecordFact { Kind: RecordKind.Instrument } && e.Fact.At < end
                        || e.Fact is RecordFact { Kind: RecordKind.Calibration or RecordKind.Swap or RecordKind.Entry or RecordKind.Correction }
                        && e.Fact.At >= start && e.Fact.At < end)
                    .Select(e => new LogEntry(e.Sequence, e.Fact)),
            ],
            Windows = (point, kind) => Readable(pack.Windows(point, kind)), Checkpoint = pack.Checkpoint, Fingerprint = FingerprintOf(pack),
            IsTimeStamped = pack.HasTimeStamp, MadeAt = made.At, MadeBy = made.By,
        };
    }

    /// <summary>What of a file can be read; that the rest cannot has already been found.</summary>
    private static IEnumerable<Aggregate> Readable(IEnumerable<Aggregate> windows)
    {
        using var all = windows.GetEnumerator();
        while (true)
        {
            try
            {
                if (!all.MoveNext()) yield break;
            }
            catch (PackException)
            {
                yield break;
            }
            yield return all.Current;
        }
    }

    private static string FingerprintOf(PackReader pack)
    {
        try
        {
            return NoteKey.FromPem("key", pack.PublicKey).Fingerprint.ToString();
        }
        catch (FormatException)
        {
            return Tongue.Unknown;
        }
    }

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
