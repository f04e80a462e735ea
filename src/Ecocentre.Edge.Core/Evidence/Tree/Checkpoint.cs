using System.Globalization;

namespace Ecocentre.Edge.Evidence.Tree;

/// <summary>What a log says of its tree at a moment: whose it is, how many leaves, which root. Immutable.</summary>
/// <remarks>C2SP tlog-checkpoint: three lines, of which the signed note's text consists.</remarks>
/// <param name="Origin">Name of the log, without spaces or plus.</param>
public sealed record Checkpoint(string Origin, long Size, TreeHash Root)
{
    /// <summary>The text that is signed; each line ends with a line feed.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root.ToBase64()}\n");

    /// <summary>Reads the text of a checkpoint. Extension lines of other logs are left aside; ours have none.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static Checkpoint Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length < 4 || lines[^1].Length > 0) throw new FormatException("A checkpoint has three lines, each ended by a line feed.");
        if (lines[..^1].Any(line => line.Length == 0)) throw new FormatException("A checkpoint has no empty line.");
        if (!long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size.ToString(CultureInfo.InvariantCulture) != lines[1])
            throw new FormatException($"The second line of a checkpoint is its tree's size, not \"{lines[1]}\".");
        if (!TreeHash.TryParseBase64(lines[2], out var root))
            throw new FormatException($"The third line of a checkpoint is its tree's root in base64, not \"{lines[2]}\".");
        return new Checkpoint(lines[0], size, root);
    }
}
