using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Ecocentre.Edge.Campaign.Rig;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Campaign.Faults;

/// <summary>A database that says 204 and stores nothing: nobody in the chain can know. What it cost shows as sequences that are not there,
/// and a person has them sent again with <c>ingest --replay</c>.</summary>
internal static partial class DatabaseLie
{
    // A replay of some thousand entries takes a second.
    private static readonly TimeSpan ReplayMax = TimeSpan.FromSeconds(90);

    [GeneratedRegex(@"\bseq=(\d+)i \d+$")]
    private static partial Regex Sequence();

    public static async Task InflictAsync(Chain chain, Random random)
    {
        var swallowed = new ConcurrentBag<long>();
        chain.Proxy.Judge = write =>
        {
            foreach (var line in write.Lines) swallowed.Add(long.Parse(Sequence().Match(line).Groups[1].Value, CultureInfo.InvariantCulture));
            return new DatabaseAnswer.Status(204);
        };
        // Until a minute's windows went into nothing.
        for (var left = 75; left > 0 && swallowed.Count < 100; left--) await FaultList.WaitAsync(random, 1, 1);
        await FaultList.WaitAsync(random, 0, 5);
        chain.Proxy.Judge = _ => null;
        if (swallowed.IsEmpty) return;
        if (await chain.View.WellAsync(TimeSpan.FromSeconds(60)) is { } trouble) throw new TimeoutException(trouble);
        var (first, last) = (swallowed.Min(), swallowed.Max());
        using var ingest = chain.StartIngest("ingest-2", "--replay", string.Create(CultureInfo.InvariantCulture, $"{Chain.Centre}:{first}-{last}"));
        await ingest.WaitForOutputAsync("is asked for");
        var begun = TimeProvider.System.GetTimestamp();
        while (await MissingAsync(chain, swallowed) is var missing and > 0)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > ReplayMax)
                throw new TimeoutException($"{missing} of {swallowed.Distinct().Count()} entries that the database had lost did not come back by a replay.");
            await Task.Delay(500);
        }
        await ingest.StopAsync();
    }

    /// <summary>How many of the sequences are not in the database and were not superseded: of those as many as rows have a revision may
    /// be.</summary>
    private static async Task<int> MissingAsync(Chain chain, IEnumerable<long> sequences)
    {
        var wanted = sequences.ToHashSet();
        var rows = await chain.RowsAsync($"SELECT seq, revision FROM window, incident, record WHERE centre = '{Chain.Centre}'");
        foreach (var row in rows) wanted.Remove(row[1].GetInt64());
        return wanted.Count - rows.Count(row => row[2].ValueKind == System.Text.Json.JsonValueKind.Number && row[2].GetInt64() > 0);
    }
}
