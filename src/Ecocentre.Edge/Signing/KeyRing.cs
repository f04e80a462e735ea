using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Signing;

/// <summary>The key that signs now, in <c>LOG.key</c>, and the chain of those before it as the log tells it. Any thread.</summary>
/// <remarks>A rotation is three steps, each of which may be the last before a power cut: the new key is saved as <c>LOG.key.next</c>, the log takes its
/// record, and it takes its place as <c>LOG.key</c>. At a start, a next key that the log knows takes its place, another is forgotten.</remarks>
internal sealed class KeyRing : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _path, _name;
    private SigningKey? _key;
    private SigningKey? _next;

    private KeyRing(string logPath, string name, KeyChain chain) => (_path, _name, Chain) = (PathOf(logPath), name, chain);

    /// <summary>All keys that the log tells of.</summary>
    internal KeyChain Chain { get; private set => Volatile.Write(ref field, value); }

    /// <summary>Why there is no key to sign with, in words, or null.</summary>
    internal string? Trouble { get; private set; }

    /// <summary>What is to be recorded of the start: a key was made, or another one was found than the log knows.</summary>
    internal ImmutableArray<LogFact> Begun { get; private set; } = [];

    internal static string PathOf(string logPath) => logPath + ".key";

    /// <summary>Finds the key of a log, or makes the first one.</summary>
    /// <param name="name">Origin of the log.</param>
    /// <param name="records">The log's records, in sequence.</param>
    /// <param name="mayMake">False: nothing is made or changed, because another process may own the files.</param>
    /// <returns>A ring without a key, and with trouble, where there is one that must not be used.</returns>
    internal static KeyRing Open(string logPath, string name, IEnumerable<RecordFact> records, Instant now, bool mayMake = true)
    {
        var ring = new KeyRing(logPath, name, KeyChain.Of(records));
        try
        {
            ring._key = ring.Rotated();
            if (mayMake) ring.FinishRotation();
            ring._key ??= SigningKey.Load(ring._path, name);
            if (ring._key is null && mayMake) ring.Make();
            if (ring._key is { } key && ring.Chain.Current?.Equals(key.Public) != true && mayMake) ring.Begin(key.Public, now);
        }
        catch (Exception e) when (e is SigningRefusedException or IOException)
        {
            ring.Trouble = e.Message;
            if (mayMake) ring.Begun = [new IncidentFact(new Incident(now, IncidentKind.SigningRefused, "gateway", $"Checkpoints are not signed: {e.Message}"))];
        }
        return ring;
    }

    /// <summary>Signs.</summary>
    /// <exception cref="SigningRefusedException">There is no key that may be used.</exception>
    internal SignedNote Sign(Checkpoint checkpoint)
    {
        lock (_gate) return Key().Sign(checkpoint);
    }

    /// <summary>Signs bytes that are no checkpoint: ECDSA over SHA-256, DER.</summary>
    /// <exception cref="SigningRefusedException">There is no key that may be used.</exception>
    internal byte[] Sign(byte[] content)
    {
        lock (_gate) return Key().Sign(content);
    }

    /// <summary>First step of a rotation: makes and saves the next key.</summary>
    /// <returns>What the log is to take.</returns>
    /// <exception cref="SigningRefusedException">There is no key that could sign the next one.</exception>
    /// <exception cref="IOException">The disk does not let it be saved.</exception>
    internal KeyRecord PrepareRotation()
    {
        lock (_gate)
        {
            var old = Key();
            // Where a rotation before this was cut short, the key that signs now lies under the name of the next.
            old.Save(_path);
            _next?.Dispose();
            _next = SigningKey.Make(_name);
            _next.Save(NextPath);
            return old.HandOver(_next.Public);
        }
    }

    /// <summary>Last step of a rotation, after the log took the record: from now on the next key signs.</summary>
    /// <exception cref="IOException">The disk does not let it be renamed; the next start does it.</exception>
    internal void CompleteRotation(KeyRecord record, Instant at)
    {
        lock (_gate)
        {
            if (_next is not { } next || !next.Public.Equals(record.Key)) throw new InvalidOperationException("BUG: another key was prepared.");
            var link = new KeyLink(next.Public, at, KeySuccession.Signed);
            Chain = new KeyChain([.. Chain.Links, link]);
            _key?.Dispose();
            (_key, _next) = (next, null);
            next.Save(_path);
            File.Delete(NextPath);
        }
    }

    public void Dispose()
    {
        _key?.Dispose();
        _next?.Dispose();
    }

    private string NextPath => _path + ".next";

    /// <summary>The key; one that could not be used at the start is tried again, because somebody may have mended its file.</summary>
    private SigningKey Key()
    {
        if (_key is { } key) return key;
        if (Chain.Current is not { } current) throw new SigningRefusedException(Trouble ?? "There is no key yet; the gateway makes one when it first starts.");
        var found = SigningKey.Load(_path, _name) ?? throw new SigningRefusedException($"{_path} is not there. Put it back, or start the gateway anew.");
        if (!found.Public.Equals(current))
        {
            found.Dispose();
            throw new SigningRefusedException($"{_path} holds another key than the log knows. Put the right one back, or start the gateway anew.");
        }
        Trouble = null;
        return _key = found;
    }

    /// <summary>The next key, when the log knows it already; null otherwise, and where there is none.</summary>
    private SigningKey? Rotated()
    {
        if (SigningKey.Load(NextPath, _name) is not { } next) return null;
        if (Chain.Current?.Fingerprint == next.Public.Fingerprint) return next;
        next.Dispose();
        return null;
    }

    private void FinishRotation()
    {
        _key?.Save(_path);
        File.Delete(NextPath);
    }

    private void Make()
    {
        _key = SigningKey.Make(_name);
        _key.Save(_path);
    }

    /// <summary>The key in the file is not the last one that the log knows.</summary>
    private void Begin(NoteKey key, Instant now)
    {
        var before = Chain.Current;
        // The same key under another origin follows itself.
        var record = new KeyRecord(key) { Replaces = before?.Fingerprint };
        if (before is not null && before.Fingerprint == key.Fingerprint) record = _key!.HandOver(key);
        Chain = KeyChain.Of([.. Chain.Links.Select(link => new KeyRecord(link.Key).ToFact(link.Since)), record.ToFact(now)]);
        Begun = before is null || !record.IsLost ? [record.ToFact(now)]
            : [record.ToFact(now), new IncidentFact(new Incident(now, IncidentKind.KeyLost, "gateway",
                $"The key {before.Fingerprint} that signed the evidence is not in {_path} any more. From now on {key.Fingerprint} signs, "
                + "and nobody but this log says that it follows. Put the old key back and start again, if there is a copy of it."))];
    }
}
