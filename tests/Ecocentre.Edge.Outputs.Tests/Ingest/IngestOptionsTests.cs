using Ecocentre.Edge.Outputs.Ingest;

namespace Ecocentre.Edge.Outputs.Tests.Ingest;

public class IngestOptionsTests
{
    private static readonly IngestOptions Good = new() { Name = "ingest-1", RejectedFolder = "rejected" };

    [Fact]
    public void Good_options_have_no_mistakes()
    {
        Assert.Empty(Good.Check("f", "$"));
        Assert.Empty((Good with { Group = "ingest", Linger = TimeSpan.Zero }).Check("f", "$"));
    }

    [Fact]
    public void All_mistakes_are_listed_with_their_places()
    {
        var bad = new IngestOptions
        {
            Name = "../a", Group = "a/b", RejectedFolder = "", LinesMax = 0, BytesMax = 0, Linger = TimeSpan.FromDays(1), PendingBytesMax = -1,
        };
        Assert.Equal(
            ["name", "group", "rejectedFolder", "lines", "bytes", "linger", "pendingBytes"],
            bad.Check("site.json", "$.ingest").Select(mistake => mistake.Path["$.ingest.".Length..]));
    }
}
