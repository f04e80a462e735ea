using System.Collections.Immutable;

namespace Ecocentre.Edge.Outputs.Evidence.Backups;

/// <summary>What a backup is made of besides the log and what lies beside it.</summary>
/// <param name="Centre">Id of the centre.</param>
/// <param name="LogPath">The log's file; its companions are found by their names.</param>
/// <param name="Program">Version of the program, for people.</param>
/// <param name="Others">Files by what they are in the backup, as in <c>site</c> or <c>labels/ecocentre-v1.json</c>. Those that do not exist
/// are left out.</param>
public sealed record BackupSource(string Centre, string LogPath, string Program, ImmutableArray<BackupItem> Others)
{
    /// <summary>Leaves the signing key out.</summary>
    public bool WithoutKey { get; init; }
}

/// <summary>A file and what it is called in the backup.</summary>
public sealed record BackupItem(string Name, string Path);

/// <summary>How far a backup or a restore has come.</summary>
/// <param name="What">What is copied now.</param>
/// <param name="Total">0 while nobody knows.</param>
public readonly record struct BackupProgress(string What, long Bytes, long Total);
