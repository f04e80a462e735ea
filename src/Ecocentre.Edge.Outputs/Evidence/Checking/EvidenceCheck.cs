using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence.Checking;

/// <summary>What looking through a data folder found.</summary>
/// <param name="Parts">What was looked at, in order.</param>
/// <param name="Findings">What was found, damage first.</param>
public sealed record EvidenceCheck(ImmutableArray<EvidencePart> Parts, ImmutableArray<EvidenceFinding> Findings)
{
    /// <summary>Nothing is damaged.</summary>
    public bool IsWhole => Findings.All(finding => !finding.IsDamage);

    /// <summary>Leaves out damage that an earlier look did not find: a gateway that runs is at work on its files, and what is in the making looks
    /// unfinished for a moment.</summary>
    /// <param name="before">What was found some seconds before.</param>
    public EvidenceCheck WithoutPassing(EvidenceCheck before) => this with
    {
        Findings = [.. Findings.Where(finding => !finding.IsDamage || before.Findings.Any(earlier => earlier.IsDamage && earlier.Where == finding.Where))],
    };

    /// <summary>Looks through the log of a centre and all that belongs to it, while its gateway runs or not. Changes nothing.</summary>
    /// <param name="progress">Gets a word now and then.</param>
    /// <exception cref="LogUnavailableException">The disk does not let it be looked at.</exception>
    public static EvidenceCheck Run(string logPath, string centre, Action<string> progress, CancellationToken cancellation)
    {
        var findings = new List<EvidenceFinding>();
        try
        {
            var log = new LogCheck(logPath, centre, findings);
            var beside = new CompanionCheck(logPath, centre, findings);
            // A running gateway goes on meanwhile: what the guard knew before must be in the log that is looked at after.
            var known = SequenceGuard.Read(logPath)?.Known ?? 0;
            var parts = new List<EvidencePart> { log.Run(progress, cancellation) };
            parts.Add(beside.Guard(known, log.Head));
            parts.Add(beside.Records(log.Records));
            parts.Add(beside.Key());
            var archive = new ArchiveCheck(logPath, findings);
            parts.Add(archive.Run(Keys(logPath, log.Records), progress, cancellation));
            if (log.Head > 0) archive.CheckHandover(log.Tail);
            beside.Left();
            return new EvidenceCheck([.. parts], [.. findings.OrderBy(finding => !finding.IsDamage)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw LogTrouble.Unavailable(logPath, e);
        }
    }

    /// <summary>The keys that the log tells of, by its index of records and by itself.</summary>
    private static NoteKey[] Keys(string logPath, IEnumerable<LogEntry> records)
    {
        var known = File.Exists(logPath + ".records") ? RecordIndex.Look(logPath).Entries : [];
        return [.. KeyChain.Of(known.Concat(records).DistinctBy(entry => entry.Sequence).OrderBy(entry => entry.Sequence)
            .Select(entry => (RecordFact)entry.Fact)).Keys];
    }
}
