namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>How much the log may hold and for how long.</summary>
public sealed record LogOptions
{
    /// <summary>The bounds used where a site says nothing.</summary>
    public static LogOptions Default { get; } = new();

    /// <summary>Most bytes the log may take on the disk, its write-ahead file included. At least <see cref="BytesMaxFloor"/>.
    /// 1 GiB: 7 days of minute windows and 35 days of longer ones of 400 points take about 0.1 GB; the rest is for weeks in which a sink is away or
    /// nothing can be sealed.</summary>
    public long BytesMax { get; init; } = 1L << 30;

    /// <summary>How long minute windows stay after every sink has them and they are sealed. 7 days: a database that lost its last days gets them again
    /// from here; the past is in the archive.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long incidents and windows longer than a minute stay after every sink has them and they are sealed. 35 days: a month and what may come
    /// late to it.</summary>
    public TimeSpan EvidenceKeep { get; init; } = TimeSpan.FromDays(35);

    /// <summary>Minute windows younger than this stay whoever has them: after a restart the open hour and local day are built up from them.
    /// Three days: a day of 25 h, and a restart late in it.</summary>
    public TimeSpan RestoreKeep { get; init; } = TimeSpan.FromDays(3);

    /// <summary>The smallest <see cref="BytesMax"/>: twice what the write-ahead file may take.</summary>
    public const long BytesMaxFloor = 8L << 20;
}
