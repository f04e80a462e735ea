using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Core.Tests.Evidence;

public sealed class ConfigurationRecordTests
{
    [Fact]
    public void What_was_written_is_read()
    {
        var record = new ConfigurationRecord
        {
            Version = "0.1.0", Engine = 3, Site = "aa", Profile = "bb", ProfileName = "ecocentre-v1", Facts = "cc",
            Factors = new Dictionary<string, string> { ["carbon"] = "dd", ["a"] = "bb" }.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
        var fact = record.ToFact(new Instant(5));
        Assert.Equal((RecordKind.Configuration, "gateway"), (fact.Kind, fact.Subject));
        Assert.Equal(
            """{"version":"0.1.0","engine":3,"site":"aa","profile":"bb","profileName":"ecocentre-v1","factors":{"a":"bb","carbon":"dd"},"facts":"cc"}""", fact.Json);
        Assert.Equal(fact, ConfigurationRecord.From(fact)!.ToFact(new Instant(5)));
        Assert.Equal(["aa", "bb", "cc", "dd"], record.Digests.Order());
    }

    [Fact]
    public void A_centre_without_a_label_has_only_its_site()
    {
        var fact = new ConfigurationRecord { Version = "1", Site = "aa" }.ToFact(default);
        Assert.Equal("""{"version":"1","site":"aa"}""", fact.Json);
        Assert.Null(ConfigurationRecord.From(fact)!.Profile);
        Assert.Null(ConfigurationRecord.From(fact)!.Engine);
        Assert.Null(ConfigurationRecord.From(fact with { Kind = RecordKind.Swap }));
    }
}
