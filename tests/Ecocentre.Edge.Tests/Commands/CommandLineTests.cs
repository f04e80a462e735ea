namespace Ecocentre.Edge.Tests.Commands;

[Collection(VerbsInTurn.Name)]
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("check --site x.json --colour green", "--colour")]
    [InlineData("check", "--site")]
    [InlineData("run", "--site")]
    [InlineData("read", "--site")]
    [InlineData("ingest --broker mqtt://127.0.0.1", "--influx")]
    [InlineData("fly", "fly")]
    [InlineData("scan --baud fast", "fast")]
    [InlineData("scan --parity mark", "mark")]
    public async Task Words_that_cannot_be_understood_are_named_with_a_way_on(string line, string named) =>
        (await Verb.RunAsync(line.Split(' '))).CannotRun(named, "Try: ecocentre-edge ", "--help");

    [Fact]
    public async Task No_verb_at_all_is_answered_with_help()
    {
        var verb = await Verb.RunAsync();
        Assert.Equal(2, verb.ExitCode);
        Assert.Contains("--help", verb.Errors);
    }

    [Fact]
    public async Task Help_lists_the_verbs()
    {
        var verb = await Verb.RunAsync("--help");
        Assert.Equal(0, verb.ExitCode);
        foreach (var name in new[] { "run", "demo", "simulate", "check", "read", "scan", "ingest", "token" }) Assert.Matches($@"(?m)^\s+{name}\b", verb.Output);
    }

    [Theory]
    [InlineData("run"), InlineData("demo"), InlineData("simulate"), InlineData("check"), InlineData("read"), InlineData("scan"), InlineData("ingest"), InlineData("token")]
    public async Task Every_verb_has_help(string name)
    {
        var verb = await Verb.RunAsync(name, "--help");
        Assert.Equal(0, verb.ExitCode);
        Assert.Contains(name, verb.Output);
        Assert.Empty(verb.Errors);
    }

    [Theory]
    [InlineData("demo --speed 0", "--speed")]
    [InlineData("demo --for -1", "--for")]
    [InlineData("simulate --port 70000", "--port")]
    public async Task Numbers_out_of_range_are_refused(string line, string named) => (await Verb.RunAsync(line.Split(' '))).CannotRun(named);
}
