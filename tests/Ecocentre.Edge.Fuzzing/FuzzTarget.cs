namespace Ecocentre.Edge.Fuzzing;

/// <summary>A parser that meets bytes from outside.</summary>
/// <param name="Name">As given on the command line.</param>
/// <param name="Seeds">Inputs as they should be: what is tried is made from them. At least one.</param>
/// <param name="Parse">Reads an input and says in a word or sentence what came of it. Refusing is an outcome; what it throws is a defect, and so is an
/// answer that contradicts itself, for which it throws too.</param>
public sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, Func<byte[], string> Parse)
{
    /// <summary>No input is made longer. Eight times the longest seed, at least a few frames' worth.</summary>
    public int LengthMax => Math.Max(4_096, 8 * Seeds.Max(seed => seed.Length));
}
