using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Tests.Commands;

[Collection(VerbsInTurn.Name)]
public sealed class IngestCommandTests
{
    private const string Broker = "mqtt://127.0.0.1:1", Influx = "http://127.0.0.1:1";

    [Theory]
    [InlineData("broker", Influx, "--broker")]
    [InlineData("http://127.0.0.1:1", Influx, "mqtt://host:port")]
    [InlineData(Broker, "database", "--influx")]
    [InlineData(Broker, "mqtt://127.0.0.1:1", "http")]
    public async Task Addresses_that_lead_nowhere_are_refused(string broker, string influx, string named) =>
        (await Verb.RunAsync("ingest", "--broker", broker, "--influx", influx)).CannotRun(named);

    [Theory]
    [InlineData("--flavour", "v4", "v4")]
    [InlineData("--name", "a/b", "a/b")]
    [InlineData("--group", "#", "#")]
    [InlineData("--token-file", "no-such-file", "no-such-file")]
    [InlineData("--password-file", "no-such-file", "no-such-file")]
    [InlineData("--replay", "lyon-1", "CENTRE:FROM-TO")]
    [InlineData("--replay", "lyon-1:5-1", "CENTRE:FROM-TO")]
    public async Task Options_that_cannot_be_are_refused(string option, string value, string named) =>
        (await Verb.RunAsync("ingest", "--broker", Broker, "--influx", Influx, option, value)).CannotRun(named);

    [Fact]
    public async Task Several_mistakes_are_told_at_once()
    {
        using var scratch = new Scratch();
        var verb = await Verb.RunAsync("ingest", "--broker", "ftp://x", "--influx", "ftp://y", "--name", "a/b", "--rejected", scratch.File("rejected"));
        verb.CannotRun("ftp://x", "ftp://y", "a/b");
    }
}
