using System.Collections.Immutable;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests;

public sealed class DeskMemoryTests : IDisposable
{
    private static readonly Instant Zero = Instant.From(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Who_was_told_by_number_is_told_the_rest_after_a_restart_and_desks_are_found_by_their_ids()
    {
        long first;
        using (var memory = Open("d01", "d02"))
        {
            var gateway = Gateway(memory, "d01", "d02");
            var changes = gateway.SettleDesks(Zero);
            first = changes[0].Sequence;
            memory.Remember(changes);
            memory.Log.Append([.. changes.Select((c, i) => new StoredDeskChange(i == 0 ? "d01" : "d02", c))], Zero);
        }
        using (var memory = Open("d02", "d01"))
        {
            var gateway = Gateway(memory, "d02", "d01");
            Assert.Equal([1, 0], memory.History.After(first - 1, 10).Changes.Select(c => c.Desk));
            // Both are unknown as they were: there is nothing to tell, and the next number follows.
            Assert.Empty(gateway.SettleDesks(Zero + TimeSpan.FromMinutes(1)));
            Assert.True(memory.History.After(first + 1, 10) is { IsGapless: true, Changes.IsEmpty: true });
            Assert.Equal(first + 1, memory.Log.Sequence);
        }
    }

    [Fact]
    public void Desk_that_is_gone_leaves_a_hole_over_which_nobody_is_led()
    {
        using (var memory = Open("d01", "d02"))
            memory.Log.Append([.. new[] { "d01", "d02", "d01" }.Select((d, i) =>
                new StoredDeskChange(d, new DeskStatus(0, DeskState.Free, Zero, Zero, Zero, 1, memory.Log.Sequence + 1 + i)))], Zero);
        using var again = Open("d01");
        Gateway(again, "d01");
        var head = again.History.Head;
        Assert.False(again.History.After(head - 3, 10).IsGapless);
        Assert.Single(again.History.After(head - 1, 10).Changes);
        Assert.Equal(["d02"], again.Log.Gone);
    }

    [Fact]
    public void Site_without_desks_keeps_no_file_unless_it_had_some()
    {
        Assert.Null(DeskMemory.Open(_scratch.File("log.db"), "lyon-1", [], Zero, NullLogger.Instance));
        Open("d01").Dispose();
        using var memory = DeskMemory.Open(_scratch.File("log.db"), "lyon-1", [], Zero, NullLogger.Instance);
        Assert.Equal(["d01"], memory!.Log.Gone);
    }

    private DeskMemory Open(params string[] desks) => DeskMemory.Open(_scratch.File("log.db"), "lyon-1", Desks(desks), Zero, NullLogger.Instance)!;

    private static Gateway Gateway(DeskMemory memory, params string[] desks)
    {
        var gateway = new Gateway(OccupancyPlan.Of([], [new Space("open", "Open space", null)], Desks(desks)), TimeZoneInfo.Utc, GatewayLimits.Default);
        memory.Restore(gateway);
        return gateway;
    }

    private static ImmutableArray<Desk> Desks(string[] ids) => [.. ids.Select(id => new Desk(id, id, "open", []))];
}
