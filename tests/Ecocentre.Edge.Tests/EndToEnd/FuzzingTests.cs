using Ecocentre.Edge.Fuzzing;
using Ecocentre.Edge.Fuzzing.Targets;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary>Every parser that meets bytes from outside survives a short round of almost-right ones; the long rounds are
/// <c>tests/Ecocentre.Edge.Fuzzing</c>'s own.</summary>
public sealed class FuzzingTests
{
    // The same inputs each time, so that a failure is there again when it is looked for.
    private const int Seed = 20_261_122;

    [Fact]
    public void Every_target_refuses_or_reads_what_is_almost_right()
    {
        using var all = new AllTargets();
        foreach (var target in all.Targets)
        {
            var run = new FuzzRun(target, Seed);
            // However slow the machine is, some are tried: the same ones each time.
            run.Go(inputsMax: 1_500, timeMax: TimeSpan.FromSeconds(1), mutatedMin: 20);
            Assert.True(run.Failure is null, $"{target.Name}: {run.Failure?.Words}\n{Convert.ToBase64String(run.Failure?.Input ?? [])}");
            // A target whose seeds are refused like anything else gets nowhere.
            Assert.True(run.Inputs >= target.Seeds.Count && run.Outcomes >= 2, $"{target.Name}: {run.Inputs} inputs, {run.Outcomes} outcomes");
        }
    }

    [Fact]
    public void A_planted_bug_is_found()
    {
        // A parser that trusts a length in its fourth byte, as one might be written in haste.
        var target = new FuzzTarget("planted", ["head\u0003abc"u8.ToArray()], bytes =>
            bytes.AsSpan().StartsWith("head"u8) && bytes.Length > 4 ? $"{new byte[bytes.Length - 5].AsSpan(0, bytes[4]).Length} bytes" : "none");
        var run = new FuzzRun(target, Seed);
        run.Go(100_000, TimeSpan.FromSeconds(30));
        Assert.NotNull(run.Failure);
        Assert.Contains(nameof(ArgumentOutOfRangeException), run.Failure.Value.Words);
    }
}
