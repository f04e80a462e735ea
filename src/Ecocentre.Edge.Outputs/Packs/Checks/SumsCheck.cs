using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Packs.Zip;

namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>Every file has the digest that <c>SHA256SUMS</c> tells, and that list is signed. Files that another check reads anyway are reckoned on the
/// way.</summary>
internal sealed class SumsCheck
{
    internal const string Name = "digests";

    private readonly ZipFile _zip;
    private readonly Dictionary<string, TreeHash> _told = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TreeHash> _reckoned = new(StringComparer.Ordinal);
    private readonly byte[]? _text;

    internal SumsCheck(ZipFile zip, FindingList found)
    {
        _zip = zip;
        try
        {
            // 120 bytes a file.
            _text = zip.ReadAll(zip.Find(PackNames.Sums) ?? throw new PackException(PackNames.Sums, "is not in the pack."), 1 << 24);
        }
        catch (PackException e)
        {
            found.Fault(Name, e);
            return;
        }
        Parse(Encoding.UTF8.GetString(_text), found);
    }

    /// <summary>Opens a file whose digest is reckoned while it is read; it counts when it was read to its end.</summary>
    internal Stream Read(ZipEntry entry) => new SumStream(_zip.Read(entry), digest => _reckoned[entry.Name] = digest);

    /// <summary>Reckons what nobody read, and compares.</summary>
    internal void Finish(PackKeys? keys, FindingList found)
    {
        foreach (var entry in _zip.Entries)
        {
            if (entry.Name is PackNames.Sums or PackNames.SumsSignature) continue;
            if (!_told.TryGetValue(entry.Name, out var told))
            {
                found.Fault(Name, entry.Name, $"is not in {PackNames.Sums}.");
                continue;
            }
            if (!_reckoned.TryGetValue(entry.Name, out var digest))
            {
                try
                {
                    using var content = Read(entry);
                    content.CopyTo(Stream.Null);
                }
                catch (InvalidDataException e)
                {
                    found.Fault(Name, entry.Name, $"cannot be unpacked: {e.Message}");
                    continue;
                }
                digest = _reckoned[entry.Name];
            }
            if (digest != told) found.Fault(Name, entry.Name, $"has the SHA-256 {digest}; {PackNames.Sums} tells {told}.");
        }
        foreach (var name in _told.Keys)
            if (_zip.Find(name) is null) found.Fault(Name, name, $"is in {PackNames.Sums} and not in the pack.");
        if (_text is not null && keys is not null) HoldSignature(_text, keys, found);
        found.Done(Name, $"{_told.Count} files against {PackNames.Sums}, and its signature");
    }

    private void Parse(string text, FindingList found)
    {
        foreach (var (number, line) in text.Split('\n').Index())
        {
            if (line.Length == 0) continue;
            var isLine = line.Length > 66 && TreeHash.TryParseHex(line.AsSpan(0, 64), out var digest) && line[64..66] == "  "
                && _told.TryAdd(line[66..], digest);
            if (!isLine) found.Fault(Name, $"{PackNames.Sums}, line {number + 1}", "is no digest and name, or names a file twice.");
        }
    }

    private void HoldSignature(byte[] text, PackKeys keys, FindingList found)
    {
        try
        {
            // A DER signature has some 72 bytes.
            var signature = _zip.ReadAll(_zip.Find(PackNames.SumsSignature) ?? throw new PackException(PackNames.SumsSignature, "is not in the pack."), 1024);
            if (!keys.Signer.Verifies(text, signature))
                found.Fault(Name, PackNames.SumsSignature, $"is no signature of {PackNames.Sums} by the key {keys.Signer.Fingerprint}.");
        }
        catch (PackException e)
        {
            found.Fault(Name, e);
        }
    }

    /// <summary>Reckons the digest of what is read.</summary>
    private sealed class SumStream(Stream content, Action<TreeHash> done) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private bool _isDone;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = content.Read(buffer);
            _hash.AppendData(buffer[..read]);
            if (read == 0 && buffer.Length > 0 && !_isDone)
            {
                _isDone = true;
                done(new TreeHash(_hash.GetHashAndReset()));
            }
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                content.Dispose();
                _hash.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
