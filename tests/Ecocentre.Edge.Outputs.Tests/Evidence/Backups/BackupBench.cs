using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Backups;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Backups;

/// <summary>A centre's folder with log, archive, key and the rest, a disk to back up to, and an empty box to restore into.</summary>
internal sealed class BackupBench : IDisposable
{
    public const string Centre = "lyon-1";

    private readonly Series[] _plant = Facts.Plant(25);
    private int _steps;

    public BackupBench()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LogPath)!);
        Time = new ManualTime(Facts.Start.ToDateTimeOffset());
    }

    public Scratch Scratch { get; } = new();

    public ManualTime Time { get; }

    public Instant Now => Instant.From(Time.GetUtcNow());

    public string LogPath => Scratch.File("data/log.db");

    public string Target => Scratch.File("stick");

    /// <summary>Everything ever appended.</summary>
    public List<LogEntry> Appended { get; } = [];

    public BackupStore Store => new(Target);

    public void Dispose() => Scratch.Dispose();

    public EvidenceLog Open(string? path = null) => EvidenceLog.Open(path ?? LogPath, Centre, LogOptions.Default, Now);

    /// <summary>Appends steps of a minute each, with a counter's register.</summary>
    public void Fill(EvidenceLog log, int steps)
    {
        for (var step = 0; step < steps; step++, _steps++)
        {
            Time.Advance(TimeSpan.FromMinutes(1));
            var facts = Facts.Windows(_plant, WindowKind.Minute, Now, new Random(_steps));
            if (_steps % 7 == 0) facts.Add(Facts.Incident(Now, $"step {_steps}"));
            var first = log.Append(facts, [new CounterCarry("a", _steps, Now)], Now).First;
            Appended.AddRange(facts.Select((fact, index) => new LogEntry(first + index, fact)));
        }
    }

    /// <summary>Files that lie beside the log, as other parts make them.</summary>
    public void Companions()
    {
        Write(LogPath + ".archive/2026/2026-11-01.day", 5_000, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Write(LogPath + ".archive/leaves", 320, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(LogPath + ".archive/2026/2026-11-01.checkpoint", CheckpointOf(10, 'A'));
        Write(LogPath + ".key", 200, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write(LogPath + ".tokens.json", 100, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(LogPath + ".desks", "who sat where");
    }

    public static string CheckpointOf(int size, char root) =>
        $"ecocentre-edge/{Centre}\n{size}\n{new string(root, 43)}=\n\n\u2014 ecocentre-edge/{Centre} "
            + $"{Convert.ToBase64String(new byte[70])}\n";

    public void Write(string path, int bytes, UnixFileMode mode, int seed = 1)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var content = new byte[bytes];
        new Random(seed).NextBytes(content);
        File.WriteAllBytes(path, content);
        File.SetUnixFileMode(path, mode);
    }

    public BackupSource Source => new(Centre, LogPath, "test", [new BackupItem("tokens", LogPath + ".tokens.json"), new BackupItem("site",
        Scratch.File("none"))]);

    public BackupManifest Backup(BackupSource? source = null, BackupStore? store = null, Action<BackupProgress>? progress = null,
        CancellationToken cancellation = default) =>
        new BackupRun(source ?? Source, store ?? Store, Time, new Watch(progress)).Make(cancellation).Manifest;

    public string RestoredPath => Scratch.File("box/log.db");

    public RestorePlace Place => new(Centre, RestoredPath, LogOptions.Default,
        ImmutableDictionary<string, string>.Empty.Add("tokens", RestoredPath + ".tokens.json"));

    public Restored Restore(RestorePlace? place = null, BackupManifest? manifest = null) =>
        new RestoreRun(Store, manifest ?? Store.Manifests([])[^1].Manifest, place ?? Place, Time, new Watch(null)).Make(default);

    private sealed class Watch(Action<BackupProgress>? told) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value) => told?.Invoke(value);
    }
}
