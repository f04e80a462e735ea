using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Ecocentre.Edge.Evidence.Tree;

/// <summary>A leaf, and the proof that it is under a signed head. Immutable.</summary>
/// <param name="Line">What was hashed as the leaf, without a line feed.</param>
/// <param name="Path">From the leaf's sibling up to the root's child.</param>
/// <param name="Head">The signed checkpoint.</param>
public sealed record LeafProof(long Index, string Line, ImmutableArray<TreeHash> Path, SignedNote Head)
{
    // C2SP tlog-proof.
    private const string Title = "c2sp.org/tlog-proof@v1";

    /// <summary>Whether the path leads from the line to the root that the head names. The head's signatures are not looked at.</summary>
    /// <exception cref="FormatException">The head's text is no checkpoint.</exception>
    public bool IsSound()
    {
        var checkpoint = Checkpoint.Parse(Head.Text);
        return TreeProof.IsIncluded(TreeHash.Leaf(Line), Index, checkpoint.Size, checkpoint.Root, Path);
    }

    /// <summary>The proof as C2SP tlog-proof text; the leaf's line goes along as its extra bytes.</summary>
    public string ToText()
    {
        var text = new StringBuilder($"{Title}\nextra {Convert.ToBase64String(Encoding.UTF8.GetBytes(Line))}\n");
        text.Append(CultureInfo.InvariantCulture, $"index {Index}\n");
        foreach (var hash in Path) text.Append(hash.ToBase64()).Append('\n');
        return text.Append('\n').Append(Head).ToString();
    }

    /// <summary>Reads <see cref="ToText"/>. What it says is proven only when <see cref="IsSound"/> and the head's signature is by a known key.</summary>
    /// <exception cref="FormatException">It is no such text, or carries no leaf.</exception>
    public static LeafProof Parse(string text)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = end < 0 ? [] : text[..end].Split('\n');
        if (lines.Length < 3 || lines[0] != Title) throw new FormatException($"A proof begins with {Title}.");
        if (!lines[1].StartsWith("extra ", StringComparison.Ordinal)) throw new FormatException("The proof carries no leaf.");
        if (!lines[2].StartsWith("index ", StringComparison.Ordinal)
            || !long.TryParse(lines[2].AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw new FormatException("The proof names no index.");
        var path = ImmutableArray.CreateBuilder<TreeHash>();
        foreach (var line in lines.AsSpan(3))
            path.Add(TreeHash.TryParseBase64(line, out var hash) ? hash : throw new FormatException($"\"{line}\" is no hash of the proof."));
        var leaf = Encoding.UTF8.GetString(Convert.FromBase64String(lines[1]["extra ".Length..]));
        return new LeafProof(index, leaf, path.DrainToImmutable(), SignedNote.Parse(text[(end + 2)..]));
    }
}
