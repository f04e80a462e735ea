using Ecocentre.Edge.Outputs.Packs.Zip;

namespace Ecocentre.Edge.Outputs.Tests.Packs.Zip;

public sealed class PackedBytesTests
{
    [Fact]
    public void What_is_written_in_any_pieces_comes_back_in_parts()
    {
        const int seed = 3;
        var random = new Random(seed);
        foreach (var size in new[] { 0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 3_000_000 })
        {
            var bytes = new byte[size];
            random.NextBytes(bytes);
            using var packed = new PackedBytes();
            for (var at = 0; at < size;)
            {
                var length = Math.Min(size - at, random.Next(100_000));
                packed.Write(bytes.AsSpan(at, length));
                at += length;
            }
            Assert.Equal(size, packed.Length);
            Assert.Equal(bytes, packed.Parts.SelectMany(part => part.ToArray()));
        }
    }
}
