using System.Globalization;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Evidence.Leaves;

/// <summary>Reads the line of a block leaf letter by letter where its texts need no escapes, which are nearly all: a year of many points has a hundred
/// thousand of them, and JSON takes ten times as long. Pure; any thread.</summary>
internal static class PlainBlock
{
    /// <summary>What the line of every block leaf begins with.</summary>
    internal const string Begin = "{\"leaf\":\"block\",\"day\":\"";

    // Letters of units that JSON leaves as they are.
    private const string Beyond = "°µ²³é";

    /// <returns>Null when it is no line of a block, or one that has to be read as JSON; never another leaf than JSON would give.</returns>
    internal static BlockLeaf? Read(string line)
    {
        var rest = new Rest(line);
        if (!rest.Skip(Begin) || !rest.Day(out var day) || !rest.Skip("\",\"part\":") || !rest.Whole(out var part) || part == 0) return null;
        if (!rest.Skip(",\"point\":\"") || !rest.Text(out var point) || !rest.Skip(",\"device\":\"") || !rest.Text(out var device)) return null;
        string? place = null;
        if (rest.Skip(",\"place\":\"") && !rest.Text(out place)) return null;
        if (!rest.Skip(",\"quantity\":\"") || !rest.Text(out var quantity) || !rest.Skip(",\"unit\":\"") || !rest.Text(out var unit)) return null;
        if (!rest.Skip(",\"kind\":\"") || !rest.Text(out var word) || BlockLeaf.Kind(word) is not { } kind) return null;
        if (!rest.Digest(",\"windows\":{\"count\":", out var windows) || !rest.Digest(",\"minutes\":{\"count\":", out var minutes)) return null;
        return rest.IsEnd ? new BlockLeaf(day, part, new Series(point, quantity, unit, kind, device, place), windows, minutes) : null;
    }

    /// <summary>What is left of a line.</summary>
    private ref struct Rest(ReadOnlySpan<char> line)
    {
        private ReadOnlySpan<char> _rest = line;

        /// <summary>Nothing is left but the end of the object.</summary>
        internal readonly bool IsEnd => _rest is "}";

        internal bool Skip(ReadOnlySpan<char> text)
        {
            if (!_rest.StartsWith(text, StringComparison.Ordinal)) return false;
            _rest = _rest[text.Length..];
            return true;
        }

        internal bool Day(out DateOnly day)
        {
            // 2026-11-20
            const int length = 10;
            day = default;
            if (_rest.Length < length) return false;
            if (!DateOnly.TryParseExact(_rest[..length], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)) return false;
            _rest = _rest[length..];
            return true;
        }

        /// <summary>A whole number as it is written: no sign, no zero before it.</summary>
        internal bool Whole(out int number)
        {
            var length = 0;
            while (length < _rest.Length && char.IsAsciiDigit(_rest[length])) length++;
            number = 0;
            if (length == 0 || length > 1 && _rest[0] == '0' || !int.TryParse(_rest[..length], NumberStyles.None, null, out number)) return false;
            _rest = _rest[length..];
            return true;
        }

        /// <summary>A text up to its closing quote, and beyond that.</summary>
        internal bool Text(out string text)
        {
            text = "";
            var length = _rest.IndexOf('"');
            if (length < 0) return false;
            foreach (var letter in _rest[..length])
                if (letter is < ' ' or > '~' or '\\' && !Beyond.Contains(letter, StringComparison.Ordinal)) return false;
            text = _rest[..length].ToString();
            _rest = _rest[(length + 1)..];
            return true;
        }

        /// <summary>A count and a SHA-256, or nothing at all.</summary>
        internal bool Digest(string begin, out BlockDigest? digest)
        {
            digest = null;
            if (!Skip(begin)) return true;
            if (!Whole(out var count) || !Skip(",\"sha256\":\"") || _rest.Length < 2 * TreeHash.Bytes) return false;
            if (!TreeHash.TryParseHex(_rest[..(2 * TreeHash.Bytes)], out var sha)) return false;
            _rest = _rest[(2 * TreeHash.Bytes)..];
            digest = new BlockDigest(count, sha);
            return Skip("\"}");
        }
    }
}
