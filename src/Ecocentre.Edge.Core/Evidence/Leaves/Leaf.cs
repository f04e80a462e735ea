using System.Text.Json;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Evidence.Leaves;

/// <summary>One leaf of the evidence tree: what is hashed is its line, one JSON object whose keys stand in a fixed order. Immutable.</summary>
public abstract record Leaf
{
    /// <summary>The line, without a line feed. The same leaf always gives the same line.</summary>
    public string ToLine() => RecordText.Write(Write);

    /// <summary>Hash of the line as a leaf.</summary>
    public TreeHash Hash() => TreeHash.Leaf(ToLine());

    /// <summary>Reads a line, and nothing that this would not have written just so.</summary>
    /// <exception cref="FormatException">It is no leaf of a kind known here; the message says why.</exception>
    public static Leaf Parse(string line)
    {
        if (PlainBlock.Read(line) is { } block) return block;
        if (RecordText.Read(line) is not { } json) throw new FormatException("The leaf is not one JSON object.");
        Leaf leaf = json.Text("leaf") switch
        {
            BlockLeaf.Word => BlockLeaf.Read(json),
            EntryLeaf.Word => EntryLeaf.Read(json),
            DayLeaf.Word => DayLeaf.Read(json),
            var word => throw new FormatException($"\"{word}\" is no kind of leaf that is known here."),
        };
        return leaf.ToLine() == line ? leaf : throw new FormatException("The leaf is not written as it should be: other keys, another order, or spaces.");
    }

    private protected abstract void Write(Utf8JsonWriter json);

    private protected static T Need<T>(T? value, string key) where T : struct => value ?? throw Missing(key);

    private protected static string Need(string? value, string key) => value ?? throw Missing(key);

    private protected static int Whole(JsonElement json, string key, int min) =>
        json.Whole(key) is { } number && number >= min && number <= int.MaxValue ? (int)number : throw Missing(key);

    private static FormatException Missing(string key) => new($"The leaf lacks \"{key}\", or it is not of its kind.");
}
