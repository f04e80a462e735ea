using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Core.Tests.Evidence.Leaves;

/// <summary>The short way gives the leaf that the long one gives, or none.</summary>
public sealed class PlainBlockTests
{
    private const int Seed = 20261122;

    [Fact]
    public void A_block_is_read_as_JSON_would_read_it()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 2_000; round++)
        {
            var block = Any(random);
            var line = block.ToLine();
            Assert.True(PlainBlock.Read(line) is { } read && read == block, $"seed {Seed}, round {round}: {line}");
        }
    }

    [Fact]
    public void A_text_that_needs_escapes_is_left_to_JSON()
    {
        var random = new Random(Seed);
        foreach (var text in new[] { "a\"b", "a\\b", "a\nb", "日", "a\u00adb" })
        {
            var block = Any(random);
            block = block with { Series = block.Series with { Place = text } };
            Assert.Null(PlainBlock.Read(block.ToLine()));
            Assert.Equal(block, Leaf.Parse(block.ToLine()));
        }
    }

    [Fact]
    public void A_line_with_a_changed_letter_is_read_as_its_own_leaf_or_not_at_all()
    {
        var random = new Random(Seed);
        const string letters = "0123456789abcz\"\\{}:, .-é\n";
        for (var round = 0; round < 20_000; round++)
        {
            var line = Any(random).ToLine();
            var at = random.Next(line.Length);
            var changed = random.Next(3) switch
            {
                0 => line.Remove(at, 1),
                1 => line.Insert(at, letters[random.Next(letters.Length)].ToString()),
                _ => line.Remove(at, 1).Insert(at, letters[random.Next(letters.Length)].ToString()),
            };
            // Whatever is taken is written just so: the rule of every leaf.
            Assert.True(PlainBlock.Read(changed) is not { } read || read.ToLine() == changed, $"seed {Seed}, round {round}: {changed}");
        }
    }

    private static BlockLeaf Any(Random random)
    {
        string[] units = ["W", "°C", "m³", "µg/m³", "%", "1", "kWh"];
        BlockDigest? Digest() => random.Next(4) == 0 ? null
            : new BlockDigest(random.Next(3) == 0 ? 0 : random.Next(int.MaxValue), TreeHash.Of([(byte)random.Next(256)]));
        return new BlockLeaf(
            new DateOnly(2026, 1, 1).AddDays(random.Next(3_000)), 1 + random.Next(random.Next(2) == 0 ? 1 : 1_000),
            new Series($"m{random.Next(100)}.power", "power.active", units[random.Next(units.Length)], (PointKind)random.Next(3), "m <1> & 'x'",
                random.Next(2) == 0 ? null : "étage"), Digest(), Digest());
    }
}
