using System.Buffers;
using System.Security.Cryptography;
using Ecocentre.Edge.Benchmarks.Evidence;
using Ecocentre.Edge.Benchmarks.Influx;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Benchmarks.Suite.Micro;

/// <summary>What a fact costs until it is stored, proven and told.</summary>
/// <remarks>Expectations. A line: under 1 µs and no byte. Appending, without the disk: under 5 µs a window, most of it compression. Packing a point's day of
/// 1,440 minutes: under 4 ms. A leaf hashed, and a root over 65,536 leaves: at most 1.3 of what
/// SHA-256 alone takes for such bytes.</remarks>
internal static class EvidenceCosts
{
    internal static IEnumerable<Measure> Measures =>
        [Measure.Of("line", Line), Measure.Of("append", Append), Measure.Of("block", Block), Measure.Of("merkle", Merkle)];

    private static IEnumerable<Figure> Line()
    {
        const int lines = 2_000;
        var (entries, destination) = (LineEntries.Windows(lines), new ArrayBufferWriter<byte>(lines * 1_024));
        void Write()
        {
            destination.ResetWrittenCount();
            foreach (var entry in entries) LineProtocol.Append(destination, "lyon-1", entry);
        }
        yield return new Figure("a log entry as line protocol", Rounds.Best(60, lines, Write), "ns/line") { AtMost = 1_000 };
        yield return new Figure("bytes allocated by it", Rounds.Allocated(lines, Write), "B/line") { AtMost = 0 };
    }

    private static IEnumerable<Figure> Append()
    {
        using var scratch = Scratch.InMemory();
        const int points = 400;
        var start = new Instant(1_767_571_200_000);
        var weather = new CentreWeather(points, 12);
        using var log = EvidenceLog.Open(scratch.File("log.db"), "bench", LogOptions.Default, start);
        log.Declare(weather.Series, start);
        var (minute, minutes, facts) = (0, new Aggregate[points], new List<LogFact>());
        void Prepare()
        {
            var window = new Window(start + TimeSpan.FromMinutes(minute), TimeSpan.FromMinutes(1));
            weather.Next(minute++, minutes, window);
            facts.Clear();
            for (var point = 0; point < points; point++) facts.Add(new WindowFact(weather.Series[point], minutes[point]));
        }
        yield return new Figure("a window appended, 400 a transaction, log in memory",
            Rounds.Best(60, points, () => log.Append(facts, [], start + TimeSpan.FromMinutes(minute)), Prepare) / 1e3, "µs/window") { AtMost = 5 };
    }

    private static IEnumerable<Figure> Block()
    {
        var day = new Instant(1_767_571_200_000);
        var weather = new CentreWeather(20, 12);
        var all = Enumerable.Range(0, 20).Select(_ => new Aggregate[1_440]).ToArray();
        var now = new Aggregate[20];
        for (var minute = 0; minute < 1_440; minute++)
        {
            weather.Next(minute, now, new Window(day + TimeSpan.FromMinutes(minute), TimeSpan.FromMinutes(1)));
            for (var point = 0; point < 20; point++) all[point][minute] = now[point];
        }
        var resolutions = weather.Series.Select((series, i) => Resolution.Of(series, all[i])!.Value).ToArray();
        var bytes = 0;
        var best = Rounds.Best(4, 20, () =>
        {
            bytes = 0;
            for (var point = 0; point < 20; point++) bytes += MinuteColumns.Encode(day, resolutions[point], all[point]).Length;
        }) / 1e6;
        yield return new Figure("a point's day of minutes packed", best, "ms/block") { AtMost = 4 };
        yield return new Figure("and its length", bytes / 20.0 / 1_440, "B/minute") { AtMost = 6 };
    }

    private static IEnumerable<Figure> Merkle()
    {
        const int leaves = 65_536;
        // With the byte that tells leaves from nodes: RFC 9162, 2.1.1.
        var (line, prefixed, node, hash) = (new byte[200], new byte[201], new byte[65], new byte[32]);
        double Sha(byte[] bytes) => Rounds.Best(50, 1_000, () =>
        {
            for (var i = 0; i < 1_000; i++) SHA256.HashData(bytes, hash);
        });
        yield return new Figure("a leaf of 200 bytes hashed", Rounds.Best(50, 1_000, () =>
        {
            for (var i = 0; i < 1_000; i++) _ = TreeHash.Leaf(line);
        }), "ns/leaf") { Reference = Sha(prefixed), Of = "SHA-256 of 201 bytes", RatioAtMost = 1.3 };
        TreeHash[] hashes = [.. Enumerable.Range(0, leaves).Select(i => TreeHash.Leaf(BitConverter.GetBytes(i)))];
        yield return new Figure("the root over 65,536 leaves", Rounds.BestOfFew(5, leaves, () => _ = new MerkleTree(hashes).Root()), "ns/leaf")
        {
            Reference = Sha(node), Of = "SHA-256 of 65 bytes", RatioAtMost = 1.3,
        };
    }
}
