using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>What is known of a sealed day without unpacking its file. Immutable.</summary>
public sealed record SealedDay
{
    /// <summary>The UTC day; windows belong to the day in which they end.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>First sequence of the log that it seals …</summary>
    public required long First { get; init; }

    /// <summary>… and the last.</summary>
    public required long Last { get; init; }

    /// <summary>Index of its first leaf in the tree.</summary>
    public required long FirstLeaf { get; init; }

    /// <summary>Leaves: blocks, entries, and one of the day itself.</summary>
    public required int LeafCount { get; init; }

    public required int Blocks { get; init; }

    public required int Entries { get; init; }

    /// <summary>The day sealed before it, or null.</summary>
    public required DateOnly? Previous { get; init; }

    /// <summary>Other days of which it holds blocks: windows that came late. Ascending.</summary>
    public required ImmutableArray<DateOnly> OtherDays { get; init; }

    /// <summary>Blocks whose minutes, or windows, are still there; retention takes them away, their leaves stay.</summary>
    public required int MinuteBlocks { get; init; }

    /// <inheritdoc cref="MinuteBlocks"/>
    public required int WindowBlocks { get; init; }

    /// <summary>Size of its file.</summary>
    public long Bytes { get; init; }

    /// <summary>First sequence that still waits to be sealed: windows of the next day that came before this one was sealed.</summary>
    internal long Pending { get; init; }

    /// <summary>CRC-32C over its leaf hashes, in order.</summary>
    internal uint LeavesChecksum { get; init; }

    /// <summary>The UTC day to which a window belongs: that in which it ends, midnight included.</summary>
    internal static DateOnly Of(Window window) => Of(new Instant(window.End.UnixMilliseconds - 1));

    /// <summary>The UTC day of an instant.</summary>
    internal static DateOnly Of(Instant at) => DateOnly.FromDateTime(at.ToDateTimeOffset().UtcDateTime);

    /// <summary>Midnight with which a UTC day begins.</summary>
    internal static Instant Start(DateOnly day) => Instant.From(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
}

/// <summary>The windows of one point and day that were sealed together.</summary>
/// <param name="Day">The day the windows belong to; the sealed day's own but for late ones.</param>
/// <param name="Part">1, and more for windows that came after their day was sealed.</param>
/// <param name="Leaf">Index of its leaf in the tree.</param>
/// <param name="WindowCount">Windows kept bit for bit, under <c>windows</c> in the leaf.</param>
/// <param name="MinuteCount">Minutes kept rounded, under <c>minutes</c> in the leaf.</param>
/// <param name="HasWindows">Whether they are still there.</param>
/// <param name="HasMinutes">Whether they are still there.</param>
public sealed record SealedBlock(
    DateOnly Day, int Part, Series Series, long Leaf, int WindowCount, int MinuteCount, bool HasWindows, bool HasMinutes)
{
    /// <summary>Where the frames lie; 0 where there is none.</summary>
    internal long WindowsAt { get; init; }

    /// <inheritdoc cref="WindowsAt"/>
    internal long MinutesAt { get; init; }
}
