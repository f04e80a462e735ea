using System.Diagnostics;
using System.Globalization;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

public sealed class EvidenceLogKillTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    /// <summary>Goal: nothing that was acknowledged is lost, whenever the process is killed. Method: a process of its own appends and says each
    /// head; it is killed after a random number of steps and a random moment more, and what it said is held against the log, eight times over.</summary>
    [Fact]
    public async Task Killed_at_any_moment_nothing_acknowledged_is_lost()
    {
        const int seed = 20261121;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        long acknowledged = 0;
        for (var round = 0; round < 8; round++)
        {
            using var process = new AppendingProcess(_scratch.File("log.db"), random.Next());
            var steps = random.Next(1, 40);
            for (var step = 0; step < steps; step++) acknowledged = Head(await process.SaysAsync());
            var refused = Assert.Throws<LogRefusedException>(() => EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, Facts.Start));
            Assert.Contains("open in another process", refused.Message, StringComparison.Ordinal);
            SpinFor(TimeSpan.FromMilliseconds(random.NextDouble() * 15));
            foreach (var line in await process.KillAsync()) acknowledged = Head(line);

            using var log = EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, Facts.Start);
            Assert.Null(log.Lost);
            Assert.InRange(log.Head, acknowledged, acknowledged + 60);
            var entries = log.Read(0, int.MaxValue);
            Assert.Equal(log.Head, entries.Count);
            for (var index = 0; index < entries.Count; index++)
            {
                Assert.Equal(index + 1, entries[index].Sequence);
                Assert.Equal(AppendingProcess.FactOf(index + 1), entries[index].Fact);
            }
            Assert.InRange(log.Cursor("mqtt"), 0, log.Head);
        }
    }

    /// <summary>Goal: a disk that takes no more stops the log only as long as it does. Method: while it runs, the process is forbidden to make files
    /// larger than 400 KiB, and allowed again.</summary>
    [Fact]
    public async Task A_disk_that_takes_no_more_is_said_and_the_log_goes_on_when_it_does()
    {
        // The signal that would end the process is ignored: writing fails, as on a full disk.
        using var process = new AppendingProcess(_scratch.File("log.db"), 1, "trap '' XFSZ");
        var acknowledged = Head(await process.SaysAsync());
        await LimitFileBytesAsync(process, (400 << 10).ToString(CultureInfo.InvariantCulture));
        string? said;
        while (long.TryParse(said = await process.SaysAsync(), NumberStyles.None, CultureInfo.InvariantCulture, out var head)) acknowledged = head;
        Assert.Contains("log.db: ", said, StringComparison.Ordinal);
        Assert.Matches("Free space|Check the card", said!);
        for (var again = 0; again < 3; again++) Assert.Equal(said, await process.SaysAsync());

        await LimitFileBytesAsync(process, "unlimited");
        while (!long.TryParse(said = await process.SaysAsync(), NumberStyles.None, CultureInfo.InvariantCulture, out _)) Assert.NotNull(said);
        for (var more = 0; more < 20; more++) acknowledged = Head(await process.SaysAsync());
        await process.KillAsync();

        using var log = EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, Facts.Start);
        Assert.Null(log.Lost);
        var entries = log.Read(0, int.MaxValue);
        Assert.InRange(entries.Count, acknowledged, long.MaxValue);
        for (var index = 0; index < entries.Count; index++)
        {
            Assert.Equal(index + 1, entries[index].Sequence);
            Assert.Equal(AppendingProcess.FactOf(index + 1), entries[index].Fact);
        }
    }

    private static async Task LimitFileBytesAsync(AppendingProcess process, string bytes)
    {
        using var limit = Process.Start("prlimit", ["--pid", process.Id.ToString(CultureInfo.InvariantCulture), $"--fsize={bytes}:unlimited"]);
        await limit.WaitForExitAsync();
        Assert.Equal(0, limit.ExitCode);
    }

    private static long Head(string? line) => long.Parse(line!, NumberStyles.None, CultureInfo.InvariantCulture);

    private static void SpinFor(TimeSpan time)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time;) Thread.SpinWait(100);
    }
}
