using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Readings;

/// <summary>A reading as its series keeps it: 16 bytes. The quality lives in the low two bits of the time.</summary>
internal readonly struct Slot
{
    private readonly long _stamp;

    internal Slot(long milliseconds, Quality quality, double value)
    {
        _stamp = milliseconds << 2 | (long)quality;
        Value = value;
    }

    internal double Value { get; }

    /// <summary>Unix milliseconds, UTC.</summary>
    internal long Milliseconds => _stamp >> 2;

    internal Quality Quality => (Quality)(_stamp & 3);

    /// <summary>Whether its value is used at all: good or questionable.</summary>
    internal bool IsUsed => (_stamp & 2) == 0;

    internal Instant At => new(Milliseconds);

    /// <summary>Same time, quality and bits of value.</summary>
    internal bool Same(in Slot other) =>
        _stamp == other._stamp && BitConverter.DoubleToInt64Bits(Value) == BitConverter.DoubleToInt64Bits(other.Value);

    /// <summary>Whether it says more than another of the same time: better quality, else higher value. Total, so that the order of arrival does not
    /// matter.</summary>
    internal bool IsBetterThan(in Slot other) =>
        Quality != other.Quality ? Quality < other.Quality : Value.CompareTo(other.Value) > 0;
}
