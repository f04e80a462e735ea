using System.Collections.Immutable;

namespace Ecocentre.Edge.Outputs.Evidence.Backups;

/// <summary>Where a backup is restored to, and what is known of the time since it was made.</summary>
/// <param name="Centre">Id of the centre that the site names.</param>
/// <param name="LogPath">Where the log comes to lie; its companions beside it.</param>
/// <param name="Others">Where files other than the log's own go, by their names in the backup; those not named are left out.</param>
public sealed record RestorePlace(string Centre, string LogPath, LogOptions Log, ImmutableDictionary<string, string> Others)
{
    /// <summary>Sets what is there aside in place of refusing.</summary>
    public bool Force { get; init; }

    /// <summary>The highest number that an outsider is known to have, or null: then it is reckoned from the time since the
    /// backup.</summary>
    public long? HeadKnown { get; init; }

    /// <summary>What is known of newer checkpoints that outsiders hold, one sentence for the log, or null.</summary>
    public string? NewerCheckpoint { get; init; }
}

/// <summary>What a restore did.</summary>
/// <param name="Numbering">Entries are numbered on from here.</param>
/// <param name="SetAside">What was there before and is kept beside it.</param>
/// <param name="LeftOut">Files of the backup that have no place here.</param>
/// <param name="Incident">What stands in the log about it.</param>
public sealed record Restored(
    BackupManifest Manifest, long Numbering, ImmutableArray<string> Written, ImmutableArray<string> SetAside,
        ImmutableArray<string> LeftOut, string Incident);
