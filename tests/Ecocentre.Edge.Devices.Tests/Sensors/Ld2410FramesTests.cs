using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Ld2410FramesTests
{
    // Protocol V1.02, 2.3.2: the example of a normal report, and of an engineering one.
    private const string NormalFrame = "F4F3F2F1 0D00 02AA 02 5100 00 0000 3B 0000 5500 F8F7F6F5";
    private const string EngineeringFrame =
        "F4F3F2F1 2300 01AA 03 1E00 3C 0000 39 0000 0808 3C2205030304030605 000039101306060804 0305 5500 F8F7F6F5";

    // 2.2.8: the version; the rest of the answers have the same form.
    private const string VersionFrame = "FDFCFBFA 0C00 A001 0000 0001 0701 16150922 04030201";

    [Fact]
    public void The_examples_of_the_protocol_come_out()
    {
        var frames = new Ld2410Frames();
        Feed(frames, Bytes(NormalFrame), Bytes(EngineeringFrame), Bytes(VersionFrame));
        Assert.True(frames.TryTake(out var kind, out var payload));
        Assert.Equal(Ld2410FrameKind.Report, kind);
        Assert.Equal(new Ld2410Report(Ld2410Presence.Still, 81, 0, 0, 59, 0), Ld2410Frames.Report(payload));
        Assert.True(frames.TryTake(out _, out payload));
        Assert.Equal(new Ld2410Report(Ld2410Presence.MovingAndStill, 30, 60, 0, 57, 0), Ld2410Frames.Report(payload));
        Assert.True(frames.TryTake(out kind, out payload));
        Assert.Equal(Ld2410FrameKind.Answer, kind);
        Assert.Equal("A001000000010701" + "16150922", Convert.ToHexString(payload));
        Assert.False(frames.TryTake(out _, out _));
        Assert.Equal(0, frames.Noise);
    }

    /// <summary>Protocol V1.02, 2.2.1, 2.2.2 and 2.2.12.</summary>
    [Fact]
    public void Commands_are_framed_as_the_protocol_shows()
    {
        Assert.Equal("FDFCFBFA0400FF00010004030201", Convert.ToHexString(Ld2410Frames.Command(0x00FF, 0x01, 0x00)));
        Assert.Equal("FDFCFBFA0200FE0004030201", Convert.ToHexString(Ld2410Frames.Command(0x00FE)));
        Assert.Equal("FDFCFBFA0400A400000004030201", Convert.ToHexString(Ld2410Frames.Command(0x00A4, 0x00, 0x00)));
    }

    [Theory]
    [InlineData("02AA04510000000" + "03B0000" + "5500")]
    [InlineData("02AA0251000000003B00005600")]
    [InlineData("03AA0251000000003B00005500")]
    [InlineData("02AB0251000000003B00005500")]
    [InlineData("02AA5500")]
    public void A_report_that_makes_no_sense_is_none(string payload) => Assert.Null(Ld2410Frames.Report(Convert.FromHexString(payload)));

    /// <summary>Goal: whatever noise lies between frames, none that is whole is lost and none is made up. Method: seeded frames of both
    /// kinds cut into seeded pieces, with noise between them that holds beginnings and ends of frames.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Noise_between_frames_loses_none_of_them(int seed)
    {
        var random = new Random(seed);
        var frames = new Ld2410Frames();
        var (sent, taken) = (0, 0);
        var wire = new List<byte>();
        for (var i = 0; i < 3000; i++)
        {
            if (random.Next(3) == 0) wire.AddRange(Noise(random));
            wire.AddRange(Bytes(random.Next(3) switch { 0 => NormalFrame, 1 => EngineeringFrame, _ => VersionFrame }));
            sent++;
            while (wire.Count > 0 && random.Next(4) != 0)
            {
                var piece = wire[..Math.Min(wire.Count, random.Next(1, 60))];
                wire.RemoveRange(0, piece.Count);
                Feed(frames, [.. piece]);
                while (frames.TryTake(out var kind, out var payload))
                {
                    taken++;
                    Assert.True(kind == Ld2410FrameKind.Answer || Ld2410Frames.Report(payload) is not null, $"Seed {seed}.");
                }
            }
        }
        foreach (var value in wire)
        {
            Feed(frames, [value]);
            while (frames.TryTake(out _, out _)) taken++;
        }
        Assert.True(taken == sent, $"Seed {seed}: {taken} of {sent}.");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Endless_noise_keeps_nothing_and_throws_nothing(int seed)
    {
        var random = new Random(seed);
        var frames = new Ld2410Frames();
        for (var i = 0; i < 20_000; i++)
        {
            var room = frames.Room.Span;
            Assert.True(room.Length > 0, $"Seed {seed}.");
            var count = random.Next(1, room.Length + 1);
            // A beginning now and then, so that lengths are noise too.
            for (var at = 0; at < count; at++) room[at] = random.Next(5) == 0 ? (byte)(0xF1 + random.Next(4)) : (byte)random.Next(256);
            frames.Arrived(count);
            if (random.Next(10) == 0) continue;
            while (frames.TryTake(out _, out var payload)) Ld2410Frames.Report(payload);
        }
        Feed(frames, Bytes("0000" + NormalFrame));
        var reports = 0;
        while (frames.TryTake(out _, out _)) reports++;
        Assert.True(reports is 0 or 1, $"Seed {seed}.");
    }

    [Fact]
    public void A_turned_bit_in_head_length_or_tail_costs_that_frame_and_not_the_next()
    {
        var frame = Bytes(NormalFrame);
        foreach (var at in new[] { 0, 1, 2, 3, 4, 5, frame.Length - 4, frame.Length - 1 })
            for (var bit = 0; bit < 8; bit++)
            {
                var frames = new Ld2410Frames();
                byte[] wrong = [.. frame];
                wrong[at] ^= (byte)(1 << bit);
                Feed(frames, wrong, frame, frame, frame, frame);
                var reports = 0;
                while (frames.TryTake(out _, out var payload))
                    if (Ld2410Frames.Report(payload) is not null) reports++;
                Assert.True(reports >= 4, $"Byte {at}, bit {bit}: {reports}.");
            }
    }

    private static byte[] Noise(Random random)
    {
        var noise = new byte[random.Next(1, 40)];
        // No byte of a head: a whole head in the noise would rightly be waited for.
        for (var i = 0; i < noise.Length; i++) noise[i] = (byte)random.Next(0xF0);
        if (random.Next(3) == 0) noise[^1] = 0xF4;
        if (random.Next(3) == 0 && noise.Length > 2) (noise[^2], noise[^1]) = (0xFD, 0xFC);
        return noise;
    }

    private static byte[] Bytes(string hexadecimal) => Convert.FromHexString(hexadecimal.Replace(" ", ""));

    private static void Feed(Ld2410Frames frames, params byte[][] pieces)
    {
        foreach (var piece in pieces)
        {
            piece.CopyTo(frames.Room);
            frames.Arrived(piece.Length);
        }
    }
}
