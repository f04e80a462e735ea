using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Outputs.Packs;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web;

namespace Ecocentre.Edge.Packs;

/// <summary>The packs of one site's evidence, made from its folder alone: beside a running gateway, or without one. Nothing in the folder is
/// changed.</summary>
internal sealed class CentrePacks : IDisposable
{
    private readonly EvidenceArchive _archive;
    private readonly ArchiveSource _source;
    private readonly KeyRing _keys;

    private CentrePacks(EvidenceArchive archive, ArchiveSource source, KeyRing keys) => (_archive, _source, _keys) = (archive, source, keys);

    /// <exception cref="PackRefusedException">Nothing can be exported; the message says why.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    internal static CentrePacks Open(Site site, Instant now)
    {
        var records = EvidenceLog.RecordsBeside(site.LogPath).Select(entry => (RecordFact)entry.Fact).ToArray();
        var archive = EvidenceArchive.OpenForReading(EvidenceArchive.FolderOf(site.LogPath));
        KeyRing? keys = null;
        try
        {
            keys = KeyRing.Open(site.LogPath, site.Origin, records, now, mayMake: false);
            if (archive.Days.Count == 0) throw new PackRefusedException("Nothing is sealed yet; the first day is sealed 20 minutes after its end (UTC).");
            var known = records.Select(CheckpointRecord.From).OfType<CheckpointRecord>().Select(record => record.Note);
            var note = ArchiveSource.NewestCheckpoint(archive, known)
                ?? throw new PackRefusedException($"No day of the archive has been signed yet. {keys.Trouble}".TrimEnd());
            var chain = Chain(records);
            if (chain.Count == 0) throw new PackRefusedException($"The log tells of no key. {keys.Trouble}".TrimEnd());
            var origin = new PackOrigin(site.Centre, site.Name, site.Zone, $"ecocentre-edge {RunningCentre.Version}");
            return new CentrePacks(archive, new ArchiveSource(archive, origin, note, chain, Sign(keys)), keys);
        }
        catch
        {
            keys?.Dispose();
            archive.Dispose();
            throw;
        }
    }

    /// <summary>How the running gateway serves packs.</summary>
    internal static PackView View(Site site, Func<Instant> now) => new((from, to) => Work(site, now(), from, to), site.LogPath + ".packs");

    private static PackWork Work(Site site, Instant now, DateOnly from, DateOnly to)
    {
        CentrePacks? packs = null;
        try
        {
            packs = Open(site, now);
            // One: the gateway has other work.
            var writer = packs.Prepare(from, to, 1);
            return new PackWork(null, writer.Write, packs.Dispose);
        }
        catch (PackRefusedException e)
        {
            packs?.Dispose();
            return new PackWork(e.Message);
        }
        catch
        {
            packs?.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="PackWriter.Prepare"/>
    internal PackWriter Prepare(DateOnly from, DateOnly to, int workers) => PackWriter.Prepare(_source, from, to, workers);

    public void Dispose()
    {
        _source.Dispose();
        _keys.Dispose();
        _archive.Dispose();
    }

    private static Func<byte[], byte[]> Sign(KeyRing keys) => content =>
    {
        try
        {
            return keys.Sign(content);
        }
        catch (SigningRefusedException e)
        {
            throw new PackRefusedException(e.Message);
        }
    };

    /// <summary>The records of keys without those that only repeat the one before.</summary>
    private static List<KeyRecord> Chain(IEnumerable<RecordFact> records)
    {
        var chain = new List<KeyRecord>();
        foreach (var record in records.Select(KeyRecord.From).OfType<KeyRecord>())
            if (chain.Count == 0 || !chain[^1].Key.Equals(record.Key)) chain.Add(record);
        return chain;
    }
}
