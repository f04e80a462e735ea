using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class SequenceRangesTests
{
    [Fact]
    public void It_is_a_set_whatever_is_added_and_removed()
    {
        // Against a plain set of numbers, with the seed in the message of a failure.
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var ranges = new SequenceRanges();
            var plain = new HashSet<long>();
            for (var step = 0; step < 40; step++)
            {
                var first = random.Next(1, 60);
                var range = new SequenceRange(first, first + random.Next(-1, 12));
                var numbers = Enumerable.Range(first, (int)range.Count).Select(n => (long)n).ToList();
                if (random.Next(3) > 0)
                {
                    ranges.Add(range);
                    plain.UnionWith(numbers);
                }
                else
                {
                    ranges.Remove(range);
                    plain.ExceptWith(numbers);
                }
                var asked = new SequenceRange(random.Next(1, 40), random.Next(30, 80));
                var within = ranges.Within(asked);
                Assert.True(
                    Numbers(within).SequenceEqual(plain.Where(n => n >= asked.First && n <= asked.Last).Order()), $"seed {seed}, step {step}: within");
                Assert.True(
                    Numbers(ranges.Missing(asked)).SequenceEqual(
                        Enumerable.Range((int)asked.First, (int)Math.Max(0, asked.Count)).Select(n => (long)n).Except(plain)),
                            $"seed {seed}, step {step}: missing");
                Assert.True(within.Zip(within.Skip(1)).All(pair => pair.Second.First > pair.First.Last + 1), $"seed {seed}, step {step}: not the fewest");
                Assert.Equal(plain.Count == 0, ranges.IsEmpty);
            }
        }
    }

    private static IEnumerable<long> Numbers(IEnumerable<SequenceRange> ranges) =>
        ranges.SelectMany(range => Enumerable.Range(0, (int)range.Count).Select(offset => range.First + offset));
}
