namespace Ecocentre.Edge.Evidence;

/// <summary>What a <see cref="RecordFact"/> speaks of. The numbers stand in the log and the names are published; they are added to, never changed.</summary>
public enum RecordKind : byte
{
    /// <summary>An instrument as the site declares it, and what the chip said of itself; written when either changes.</summary>
    Instrument = 1,

    /// <summary>An instrument was calibrated or adjusted.</summary>
    Calibration = 2,

    /// <summary>A meter or sensor was exchanged for another.</summary>
    Swap = 3,

    /// <summary>Somebody entered a reading or an amount by hand.</summary>
    Entry = 4,

    /// <summary>A later word about an earlier entry, with author and reason; the earlier one stays.</summary>
    Correction = 5,

    /// <summary>What judging a criterion over a period gave; a later revision follows as a new record.</summary>
    Verdict = 6,

    /// <summary>By what the centre is judged from now on: digests of site, profile, factors and facts; written where it differs from the last one.</summary>
    Configuration = 7,

    /// <summary>The signed head of the evidence tree after a day was sealed.</summary>
    Checkpoint = 8,

    /// <summary>A signing key was made, or took the place of another.</summary>
    Key = 9,
}
