using System.Buffers.Binary;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

public sealed class LogStandingTests
{
    private static readonly SeriesCatalog Catalog =
        SeriesCatalog.Empty.With(new Series("known", "energy.active.import", "kWh", PointKind.Counter, "main", null));

    private static readonly LogStanding Standing = new(
        123_456, true, [new("influx", 17), new("mqtt", 123_456)],
        [new CounterCarry("known", 123456.78, Facts.Start, 123456.9), new CounterCarry("unknown", 1.0 / 3, Facts.Start)]);

    [Fact]
    public void It_comes_back_whole()
    {
        var back = LogStanding.Decode(Standing.Encode(Catalog), Catalog);
        Assert.Equal((Standing.Head, Standing.Clean), (back.Head, back.Clean));
        Assert.Equal(Standing.Cursors, back.Cursors);
        Assert.Equal(Standing.Carries, back.Carries);
        Assert.Empty(LogStanding.Decode(LogStanding.Empty.Encode(SeriesCatalog.Empty), SeriesCatalog.Empty).Carries);
    }

    [Fact]
    public void What_a_newer_program_wrote_is_no_damage()
    {
        var body = Standing.Encode(Catalog);
        body[0]++;
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(body.Length - sizeof(uint)), Checksum.Of(body.AsSpan(0, body.Length - sizeof(uint))));
        Assert.Contains("newer program", Assert.Throws<LogRefusedException>(() => LogStanding.Decode(body, Catalog)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_changed_byte_is_found()
    {
        var body = Standing.Encode(Catalog);
        for (var index = 0; index < body.Length; index++)
        {
            var changed = (byte[])body.Clone();
            changed[index] ^= 16;
            Assert.Throws<InvalidDataException>(() => LogStanding.Decode(changed, Catalog));
        }
        Assert.Throws<InvalidDataException>(() => LogStanding.Decode(body.AsSpan(0, 3), Catalog));
        Assert.Throws<InvalidDataException>(() => LogStanding.Decode(body, SeriesCatalog.Empty));
    }
}
