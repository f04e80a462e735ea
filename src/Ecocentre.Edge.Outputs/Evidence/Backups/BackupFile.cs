namespace Ecocentre.Edge.Outputs.Evidence.Backups;

/// <summary>One file of a backup.</summary>
/// <param name="Name">What it is: <c>log</c>, <c>archive/2026/2026-11-20.day</c>, <c>key</c>, <c>site</c> … with slashes; never begins with
/// one.</param>
/// <param name="Sha256">Of its bytes, in small hexadecimal; its name in the backup's folder.</param>
/// <param name="Mode">Its Unix file mode.</param>
public sealed record BackupFile(string Name, long Bytes, string Sha256, UnixFileMode Mode);
