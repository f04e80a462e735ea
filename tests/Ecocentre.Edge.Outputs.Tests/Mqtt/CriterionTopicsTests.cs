using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Ingest;
using static Ecocentre.Edge.Outputs.Tests.Mqtt.LinkBench;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class CriterionTopicsTests : IAsyncDisposable
{
    private readonly ScriptedLink _link = new();
    private readonly CancellationTokenSource _ending = new();
    private Task _running = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Verdicts_are_told_retained_and_again_only_when_they_change()
    {
        var topics = new CriterionTopics(new Topics("lyon-1"), _link);
        _link.Start();
        _running = topics.RunAsync(_ending.Token);
        topics.Show([Verdict("AQ-1", PeriodKind.Day, VerdictLevel.NotMet), Verdict("AQ-1", PeriodKind.Week, VerdictLevel.Level2), Verdict("EN-1", PeriodKind.Year, VerdictLevel.Level1)]);
        await ToldAsync(2);
        Assert.Equal(["ecocentre/v1/lyon-1/criteria/AQ-1", "ecocentre/v1/lyon-1/criteria/EN-1"], _link.Published.Select(m => m.Topic).Order());
        Assert.All(_link.Published, message => Assert.True(message.Retain));
        Assert.Equal(VerdictJson.Write(Verdict("AQ-1", PeriodKind.Week, VerdictLevel.Level2)), _link.Published.First(m => m.Topic.EndsWith("AQ-1")).Text());
        topics.Show([Verdict("AQ-1", PeriodKind.Week, VerdictLevel.Level2), Verdict("EN-1", PeriodKind.Year, VerdictLevel.Level3)]);
        await ToldAsync(3);
        Assert.EndsWith("EN-1", _link.Published.Last().Topic);
    }

    private Task ToldAsync(int count) => UntilAsync(() => _link.Published.Count >= count, () => $"{_link.Published.Count} of {count} messages were told.");

    private static Verdict Verdict(string criterion, PeriodKind kind, VerdictLevel level) => new()
    {
        Criterion = criterion, Period = Period.Containing(kind, new DateOnly(2026, 11, 21)), Profile = "p 1", Level = level, IsFinal = false,
        Finding = new Finding(1, "ppm", ImmutableArray<LevelFinding>.Empty), Coverage = new VerdictCoverage(1, 1, [0, 0, 0, 0], 0), Step = TimeSpan.FromMinutes(10),
    };
}
