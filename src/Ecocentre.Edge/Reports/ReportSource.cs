using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Packs.Checks;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Reports;

/// <summary>Everything a report is made of: a pack that was opened and verified, and who makes the report when. Immutable.</summary>
internal sealed record ReportSource
{
    /// <summary>Name of the centre as the pack states it.</summary>
    public required string Centre { get; init; }

    /// <summary>First local day of the pack.</summary>
    public required DateOnly First { get; init; }

    /// <summary>Last local day of the pack, included.</summary>
    public required DateOnly Last { get; init; }

    /// <summary>Program and version that made the pack.</summary>
    public required string PackProgram { get; init; }

    /// <summary>File name of the pack.</summary>
    public required string PackFile { get; init; }

    /// <summary>SHA-256 of the file of the pack in hexadecimal, so that a report on paper can be held against its pack.</summary>
    public required string PackSha256 { get; init; }

    public required LabelProfile Profile { get; init; }

    public required CentreFacts Facts { get; init; }

    /// <summary>As recorded, all revisions.</summary>
    public ImmutableArray<Verdict> Verdicts { get; init; } = [];

    /// <summary>By sequence.</summary>
    public ImmutableArray<LogEntry> Incidents { get; init; } = [];

    /// <summary>Instruments, calibrations, swaps, hand entries and corrections by sequence.</summary>
    public ImmutableArray<LogEntry> Records { get; init; } = [];

    /// <summary>The windows of a point of one length, by start; may be asked more than once.</summary>
    public required Func<string, WindowKind, IEnumerable<Aggregate>> Windows { get; init; }

    /// <summary>What checking the pack gave, right before the report is made of it.</summary>
    public required PackFindings Findings { get; init; }

    /// <summary>The key was held against one that the reader brought along, and is the same.</summary>
    public bool IsKeyKnown { get; init; }

    /// <summary>The signed head of the log that the pack was cut from, as text.</summary>
    public string Checkpoint { get; init; } = "";

    /// <summary>Fingerprint of the key that signed it.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>A time stamp of another authority lies beside the checkpoint.</summary>
    public bool IsTimeStamped { get; init; }

    /// <summary>When the report is made.</summary>
    public required Instant MadeAt { get; init; }

    /// <summary>Program and version that makes the report.</summary>
    public required string MadeBy { get; init; }
}
