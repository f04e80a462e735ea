using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Ecocentre.Edge.Simulation.Oracles;

/// <summary>What was found wrong in a world; at most so many of a kind that a person can still read them.</summary>
public sealed class Verdicts
{
    private const int PerOracleMax = 5;

    private readonly Dictionary<string, int> _found = [];
    private readonly List<string> _violations = [];

    public IReadOnlyList<string> Violations => _violations;

    /// <summary>What else somebody may want to know.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Things that were looked at, by oracle: one that looked at nothing proves nothing.</summary>
    public Dictionary<string, long> Looked { get; } = [];

    /// <param name="violation">What is wrong, in words; they are put together only where it is.</param>
    public void Check(string oracle, bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] Words violation)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(Looked, oracle, out _)++;
        if (!holds) Wrong(oracle, violation.Said());
    }

    public void Check(string oracle, bool holds, string violation)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(Looked, oracle, out _)++;
        if (!holds) Wrong(oracle, violation);
    }

    /// <param name="violation">What is wrong, in words.</param>
    public void Check(string oracle, bool holds, Func<string> violation)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(Looked, oracle, out _)++;
        if (!holds) Wrong(oracle, violation());
    }

    public void Wrong(string oracle, string violation)
    {
        var count = _found[oracle] = _found.GetValueOrDefault(oracle) + 1;
        if (count <= PerOracleMax) _violations.Add($"{oracle}: {violation}");
        else if (count == PerOracleMax + 1) _violations.Add($"{oracle}: … and more");
    }

    /// <summary>Words about something that does not hold; of what holds, none are made.</summary>
    [InterpolatedStringHandler]
    public readonly struct Words
    {
        private readonly StringBuilder? _text;

        /// <param name="holds">Then nothing is put together.</param>
        public Words(int literalLength, int formattedCount, bool holds, out bool shouldAppend)
        {
            shouldAppend = !holds;
            _text = holds ? null : new StringBuilder(literalLength + 20 * formattedCount);
        }

        public void AppendLiteral(string text) => _text!.Append(text);

        public void AppendFormatted<T>(T value) => _text!.Append(value);

        public void AppendFormatted<T>(T value, string format) where T : IFormattable => _text!.Append(value.ToString(format, null));

        internal string Said() => _text!.ToString();
    }
}
