using System.Globalization;

namespace Ecocentre.Edge.Benchmarks.Suite;

/// <summary>One line of the table: what was measured, what it stands beside, and what was expected before.</summary>
internal sealed record Figure(string What, double Value, string Unit)
{
    /// <summary>The same of a reference that ran beside it in this run, or null.</summary>
    public double? Reference { get; init; }

    /// <summary>What the reference is.</summary>
    public string? Of { get; init; }

    /// <summary>Expected bounds of <see cref="Value"/>.</summary>
    public double? AtMost { get; init; }

    /// <inheritdoc cref="AtMost"/>
    public double? AtLeast { get; init; }

    /// <summary>Expected bounds of <see cref="Ratio"/>.</summary>
    public double? RatioAtMost { get; init; }

    /// <inheritdoc cref="RatioAtMost"/>
    public double? RatioAtLeast { get; init; }

    /// <summary>Which measure it belongs to.</summary>
    public string Measure { get; init; } = "";

    /// <summary>The figure as a share of the reference.</summary>
    public double? Ratio => Reference is { } reference && reference != 0 ? Value / reference : null;

    /// <summary>Whether all expectations hold; null where nothing was expected.</summary>
    public bool? Holds =>
        AtMost is null && AtLeast is null && RatioAtMost is null && RatioAtLeast is null ? null
            : !(Value > AtMost) && !(Value < AtLeast) && !(Ratio > RatioAtMost) && !(Ratio < RatioAtLeast) && double.IsFinite(Value);

    /// <summary>The expectation in words, or nothing.</summary>
    public string Expectation => string.Join(", ", new[]
    {
        AtMost is { } most ? $"≤ {Number(most)}" : null, AtLeast is { } least ? $"≥ {Number(least)}" : null,
        RatioAtMost is { } times ? $"≤ {Number(times)} ×" : null, RatioAtLeast is { } share ? $"≥ {Number(share)} ×" : null,
    }.Where(words => words is not null));

    /// <summary>Three digits that count.</summary>
    public static string Number(double value) => !double.IsFinite(value) ? "-" : value == 0 ? "0" : Math.Abs(value) switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0000", CultureInfo.InvariantCulture),
    };
}
