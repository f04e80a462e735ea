using System.Globalization;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign.Rig;

/// <summary>The wall clock of the gateway's process, which can be set while it runs (libfaketime); its monotonic clock goes on
/// undisturbed.</summary>
internal sealed class SteppedClock
{
    private const string Library = "faketime/libfaketimeMT.so.1";

    private readonly string _file;
    private readonly string? _library;
    private readonly List<(Instant From, TimeSpan Offset)> _eras = [];

    /// <param name="file">Where the offset stands.</param>
    public SteppedClock(string file)
    {
        _file = file;
        _library = new[] { "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib" }
            .Select(folder => Path.Combine(folder, Library)).FirstOrDefault(File.Exists);
        Set(TimeSpan.Zero);
        // What was before the first look counts as the first era.
        _eras[0] = (new Instant(0), TimeSpan.Zero);
    }

    /// <summary>False where libfaketime is not installed.</summary>
    public bool CanBeSet => _library is not null;

    /// <summary>How far the gateway's wall clock is ahead of the machine's.</summary>
    public TimeSpan Offset => _eras[^1].Offset;

    /// <summary>Since when, on the machine's clock, each offset was in force.</summary>
    public IReadOnlyList<(Instant From, TimeSpan Offset)> Eras => _eras;

    /// <summary>What a process needs to be told so that it lives by this clock.</summary>
    public IReadOnlyDictionary<string, string> Environment => _library is null ? new Dictionary<string, string>() : new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = _library, ["FAKETIME_TIMESTAMP_FILE"] = _file, ["FAKETIME_CACHE_DURATION"] = "1",
        ["DONT_FAKE_MONOTONIC"] = "1", ["NO_FAKE_STAT"] = "1", ["FAKETIME_DONT_RESET"] = "1",
    };

    public void Set(TimeSpan offset)
    {
        offset = TimeSpan.FromSeconds(Math.Round(offset.TotalSeconds));
        _eras.Add((Instant.From(TimeProvider.System.GetUtcNow()), offset));
        File.WriteAllText(_file + ".new", string.Create(CultureInfo.InvariantCulture, $"{offset.TotalSeconds:+0;-0;+0}\n"));
        File.Move(_file + ".new", _file, overwrite: true);
    }
}
