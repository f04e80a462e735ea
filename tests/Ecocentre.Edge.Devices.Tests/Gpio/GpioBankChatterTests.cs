using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Gpio;

/// <summary>Goal: whatever lines do, what was told last of a line is its true level soon after it holds still, and no pulse is lost or made
/// up. Method: an hour of virtual time with seeded chatter, stuck lines, stalls of the gateway that overflow the kernel's room, and a chip
/// that goes away; a watcher compares truth and readings every second.</summary>
public sealed class GpioBankChatterTests
{
    private const int Lines = 24;

    // Confirm time of the bench's contacts, the longest stall, the debounce, and a second of the watcher.
    private static readonly TimeSpan SettleMax = TimeSpan.FromSeconds(5 + 3 + 0.05 + 1), StallMax = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void After_an_hour_of_chatter_and_overflow_levels_are_true_within_the_confirm_time(int seed)
    {
        var bench = new GpioBench();
        for (var line = 0; line < Lines; line++) bench.AddContact(line % 3 == 0, debounce: TimeSpan.FromMilliseconds(line % 2 * 50));
        var (levels, changedAt) = (new bool[Lines], new TimeSpan[Lines]);
        var presentSince = TimeSpan.Zero;
        var checks = 0;
        Polled(bench, seed, async end =>
        {
            Task[] wires = [.. Enumerable.Range(0, Lines).Select(line => ChatterAsync(line, new Random(seed * 1000 + line)))];
            var unplug = UnplugAsync(new Random(seed * 77));
            while (bench.Time.Elapsed < Hour)
            {
                await bench.Pass(1);
                Check();
            }
            await Task.WhenAll([.. wires, unplug]);
            end.Cancel();
        });
        Assert.True(checks > 20_000, $"Seed {seed}: only {checks} levels were still for long enough to be compared.");
        Assert.Contains(bench.Faults, f => f.Text.Contains("lost"));

        async Task ChatterAsync(int line, Random random)
        {
            while (bench.Time.Elapsed < Hour)
            {
                // Stillness, one of which in eight is a stuck line; then a person, or a loose wire.
                await bench.Pass(random.Next(8) == 0 ? random.Next(300, 900) : random.Next(2, 60));
                var isLoose = random.Next(5) == 0;
                for (var left = isLoose ? random.Next(20, 800) : random.Next(1, 6); left > 0; left--)
                {
                    Drive(line, !levels[line]);
                    await bench.Pass(TimeSpan.FromMilliseconds(isLoose ? random.Next(1, 20) : random.Next(300, 4000)));
                }
            }
        }

        async Task UnplugAsync(Random random)
        {
            while (bench.Time.Elapsed < Hour)
            {
                await bench.Pass(random.Next(300, 1200));
                bench.Chip.IsPresent = false;
                presentSince = TimeSpan.MaxValue;
                await bench.Pass(random.Next(1, 30));
                bench.Chip.IsPresent = true;
                presentSince = bench.Time.Elapsed;
            }
        }

        void Drive(int line, bool isActive)
        {
            (levels[line], changedAt[line]) = (isActive, bench.Time.Elapsed);
            bench.Chip.Drive(line, isActive != (line % 3 == 0));
        }

        void Check()
        {
            for (var line = 0; line < Lines; line++)
            {
                // A chip that was away is asked for every five seconds.
                if (presentSince == TimeSpan.MaxValue || bench.Time.Elapsed - presentSince < SettleMax + TimeSpan.FromSeconds(5)) continue;
                if (bench.Time.Elapsed - changedAt[line] < SettleMax || Last(line) is not { } last) continue;
                checks++;
                // A line that chattered is questionable for one confirm time more.
                var isCalm = bench.Time.Elapsed - changedAt[line] >= SettleMax + TimeSpan.FromSeconds(5);
                Assert.True((last.Quality == Quality.Good || last.Quality == Quality.Questionable && !isCalm) && last.Value == (levels[line] ? 1 : 0),
                    $"Seed {seed}, {bench.Time.Elapsed}: line {line} is {levels[line]} since {changedAt[line]}, told was {last}.");
                Assert.True(Instant.From(bench.Time.GetUtcNow()) - last.At < SettleMax, $"Seed {seed}: line {line} was last told at {last.At}.");
            }
        }

        Reading? Last(int line)
        {
            var index = bench.Readings.FindLastIndex(r => r.Point.Value == 50 + line);
            return index < 0 ? null : bench.Readings[index];
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void An_hour_of_pulses_through_stalls_and_overflow_is_counted_to_the_last_one(int seed)
    {
        var bench = new GpioBench();
        var pulses = Enumerable.Range(0, 4).Select(_ => bench.AddPulse(perPulse: 1, register: 0)).ToArray();
        var truth = new int[pulses.Length];
        Polled(bench, seed, async end =>
        {
            await Task.WhenAll(pulses.Select((line, index) => PulsesAsync(line, index, new Random(seed * 1000 + index))));
            await bench.Pass(20);
            end.Cancel();
        });
        foreach (var (line, index) in pulses.Select((line, index) => (line, index)))
        {
            var last = bench.Of(line)[^1];
            Assert.True(last.Value == truth[index], $"Seed {seed}: line {line} counted {last.Value}, true were {truth[index]}.");
            Assert.True(bench.Of(line).Zip(bench.Of(line).Skip(1)).All(p => p.First.Value <= p.Second.Value), $"Seed {seed}.");
        }
        Assert.Contains(bench.Faults, f => f.Text.Contains("lost"));

        async Task PulsesAsync(int line, int index, Random random)
        {
            while (bench.Time.Elapsed < Hour)
            {
                bench.Chip.Drive(line, true);
                truth[index]++;
                await bench.Pass(TimeSpan.FromMilliseconds(random.Next(30, 60)));
                bench.Chip.Drive(line, false);
                await bench.Pass(TimeSpan.FromMilliseconds(random.Next(4) == 0 ? random.Next(30, 2000) : random.Next(30, 120)));
            }
        }
    }

    /// <summary>Polls while a story is told, with stalls in which nobody reads.</summary>
    private static void Polled(GpioBench bench, int seed, Func<CancellationTokenSource, Task> story) => bench.Time.Run(async () =>
    {
        using var end = new CancellationTokenSource();
        var random = new Random(seed);
        var polls = PollAsync();
        await story(end);
        await polls;

        async Task PollAsync()
        {
            var buffer = new Reading[bench.Bank.Points.Length];
            while (!end.IsCancellationRequested)
            {
                if (random.Next(400) == 0) await Task.Delay(StallMax * random.NextDouble(), bench.Time);
                var ahead = bench.Bank.DueAt - bench.Time.GetTimestamp();
                if (ahead > 0) await Task.Delay(TimeSpan.FromTicks(ahead), bench.Time);
                var result = await bench.Bank.PollAsync(buffer, end.Token);
                bench.Readings.AddRange(buffer.AsSpan(0, result.Count));
                if (result.Fault is { Kind: not FaultKind.Cancelled } fault) bench.Faults.Add(fault);
            }
        }
    });
}
