using System.Diagnostics;
using System.Text;

namespace Ecocentre.Edge.Fuzzing;

/// <summary>Tries inputs on a target until a limit, and remembers what went wrong.</summary>
/// <remarks>Inputs that led to an outcome not seen before are built upon, so that it gets deeper than the first check of a parser.</remarks>
public sealed class FuzzRun(FuzzTarget target, int seed)
{
    /// <summary>An input that takes longer counts as one that hangs: far more than any takes, and than a busy machine's scheduler adds.</summary>
    public static readonly TimeSpan LongestMax = TimeSpan.FromSeconds(60);

    /// <summary>Bytes that may be allocated for one input: a site file of 20 kB makes some megabytes of places and mistakes.</summary>
    public const long AllocatedMax = 256L << 20;

    // Inputs built upon; the oldest are replaced beyond that.
    private const int CorpusMax = 2_000;

    private readonly HashSet<string> _outcomes = [];

    public long Inputs { get; private set; }

    public int Outcomes => _outcomes.Count;

    public TimeSpan Longest { get; private set; }

    public long MostAllocated { get; private set; }

    /// <summary>What went wrong first, with the input that did it; null while nothing did.</summary>
    public (byte[] Input, string Words)? Failure { get; private set; }

    /// <summary>Tries the seeds as they are, then what is made of them, until there were so many inputs, the time is over, or one failed.</summary>
    /// <param name="mutatedMin">So many beyond the seeds are tried however long they take.</param>
    public void Go(long inputsMax, TimeSpan timeMax, long mutatedMin = 0)
    {
        var random = new Random(seed);
        var mutator = new Mutator(random, target.LengthMax);
        var corpus = new List<byte[]>(target.Seeds);
        var begun = Stopwatch.GetTimestamp();
        foreach (var input in target.Seeds) Try(input);
        while (Failure is null && Inputs < inputsMax
            && (Inputs < target.Seeds.Count + mutatedMin || Stopwatch.GetElapsedTime(begun) < timeMax))
        {
            var input = mutator.Next(corpus);
            if (!Try(input)) continue;
            if (corpus.Count < CorpusMax) corpus.Add(input);
            else corpus[target.Seeds.Count + random.Next(CorpusMax - target.Seeds.Count)] = input;
        }
    }

    /// <returns>True when the outcome was new.</returns>
    private bool Try(byte[] input)
    {
        var (begun, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        string outcome;
        try
        {
            outcome = target.Parse(input);
        }
        catch (Exception exception)
        {
            Failure ??= (input, exception.ToString());
            return false;
        }
        Inputs++;
        var took = Stopwatch.GetElapsedTime(begun);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (took > Longest) Longest = took;
        if (bytes > MostAllocated) MostAllocated = bytes;
        if (took > LongestMax) Failure ??= (input, $"It took {took.TotalSeconds:0.0} s.");
        if (bytes > AllocatedMax) Failure ??= (input, $"It allocated {bytes >> 20} MB.");
        return _outcomes.Add(Shape(outcome));
    }

    /// <summary>An outcome without its numbers (hexadecimal ones too) and quoted parts: two refusals for the same reason are the same.</summary>
    private static string Shape(string outcome)
    {
        var shape = new StringBuilder();
        var quoted = false;
        foreach (var c in outcome.AsSpan(0, Math.Min(outcome.Length, 400)))
        {
            if (c == '"') quoted = !quoted;
            if (quoted || char.IsAsciiDigit(c) || char.IsAsciiHexDigitUpper(c)) continue;
            shape.Append(c);
        }
        return shape.ToString();
    }
}
