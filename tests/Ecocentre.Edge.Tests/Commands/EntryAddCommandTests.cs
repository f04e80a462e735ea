using System.Text.Json.Nodes;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.Commands;

/// <summary>Entries by hand while no gateway runs.</summary>
[Collection(VerbsInTurn.Name)]
public sealed class EntryAddCommandTests : IDisposable
{
    private const string Site =
        """
        { "centre": "lyon-1", "zone": "Europe/Paris", "log": { "path": "log.db" }, "buses": [
            { "name": "roof", "tcp": { "host": "192.0.2.20" }, "devices": [ { "name": "pv", "model": "eastron-sdm120" } ] } ],
          "entries": [ { "name": "waste.paper", "unit": "kg", "kind": "amount" }, { "name": "gas", "unit": "m³", "kind": "register" } ] }
        """;

    private readonly Scratch _scratch = new();

    public EntryAddCommandTests() => _scratch.Write("site.json", Site);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Entry_goes_into_the_log_with_who_when_what_and_document()
    {
        await DoneAsync("waste.paper", "12.5", "--who", "M. Dupré", "--at", "2026-03-29T12:00", "--document", "slip 7", "--note", "two bins");
        var record = Assert.Single(Records());
        var entry = HandEntry.From((RecordFact)record.Fact)!;
        Assert.Equal(("waste.paper", 12.5, "kg", "M. Dupré", "slip 7", "two bins"), (entry.Point, entry.Value, entry.Unit, entry.Author, entry.Document, entry.Note));
        // Noon of the day on which the clocks are set forward.
        Assert.Equal("2026-03-29T10:00:00.000Z", entry.When.ToString());
    }

    [Fact]
    public async Task Correction_takes_the_place_of_an_entry_which_stays()
    {
        var first = await DoneAsync("waste.paper", "125", "--who", "A", "--at", "2026-03-01");
        var wrong = await RefusedAsync("waste.paper", "12.5", "--who", "B", "--at", "2026-03-01", "--corrects", $"{first}");
        Assert.Contains("--why", wrong.Errors);
        var second = await DoneAsync("waste.paper", "12.5", "--who", "B", "--at", "2026-03-01", "--corrects", $"{first}", "--why", "comma forgotten");
        Assert.Contains($"by {second}", (await RefusedAsync("waste.paper", "1", "--who", "B", "--corrects", $"{first}", "--why", "x")).Errors);
        Assert.Contains("no entry", (await RefusedAsync("waste.paper", "1", "--who", "B", "--corrects", "999", "--why", "x")).Errors);
        Assert.Contains("waste.paper", (await RefusedAsync("gas", "1", "--who", "B", "--corrects", $"{second}", "--why", "x")).Errors);
        Assert.Equal([RecordKind.Entry, RecordKind.Correction], Records().Select(r => ((RecordFact)r.Fact).Kind));

        var list = await Verb.RunAsync("entry", "list", "waste.paper", "--json", "--site", _scratch.File("site.json"));
        var lines = JsonNode.Parse(list.Output)!.AsArray();
        Assert.Equal(second, lines[0]!["correctedBy"]!.GetValue<long>());
        Assert.Equal(("comma forgotten", first), (lines[1]!["reason"]!.GetValue<string>(), lines[1]!["corrects"]!.GetValue<long>()));
        var table = (await Verb.RunAsync("entry", "list", "--site", _scratch.File("site.json"))).Output;
        Assert.Contains($"corrected by {second}", table);
        Assert.Contains($"corrects {first}: comma forgotten", table);
    }

    [Fact]
    public async Task Register_only_grows_unless_it_is_meant()
    {
        await DoneAsync("gas", "100", "--who", "A", "--at", "2026-03-01");
        await DoneAsync("gas", "300", "--who", "A", "--at", "2026-05-01");
        Assert.Contains("a register only grows", (await RefusedAsync("gas", "99.9", "--who", "A", "--at", "2026-04-01")).Errors);
        await DoneAsync("gas", "200", "--who", "A", "--at", "2026-04-01");
        await DoneAsync("gas", "3", "--who", "A", "--at", "2026-06-01", "--may-be-lower", "--note", "meter exchanged");
    }

    [Theory]
    [InlineData("waste.papr 5 --who A", "Did you mean \"waste.paper\"")]
    [InlineData("waste.paper -5 --who A", "no amount")]
    [InlineData("waste.paper NaN --who A", "no amount")]
    [InlineData("waste.paper 5 --who A --at 2126-01-01", "has not come yet")]
    [InlineData("waste.paper 5 --who A --at 1926-01-01", "long ago")]
    public async Task Nonsense_is_refused_with_a_remedy_and_nothing_is_recorded(string arguments, string words)
    {
        Assert.Contains(words, (await RefusedAsync(arguments.Split(' '))).Errors);
        Assert.Empty(Records());
    }

    [Fact]
    public async Task Same_entry_twice_is_refused()
    {
        var first = await DoneAsync("waste.paper", "5", "--who", "A", "--at", "2026-03-01");
        Assert.Contains($"as {first}", (await RefusedAsync("waste.paper", "5", "--who", "B", "--at", "2026-03-01")).Errors);
    }

    [Theory]
    [InlineData("--at", "soon")]
    [InlineData("--at", "2026-03-29T02:30")]
    [InlineData("--who")]
    public async Task Command_line_that_cannot_be_meant_is_told(params string[] more) =>
        Assert.Equal(2, (await AddAsync([.. more.Contains("--who") ? [] : new[] { "--who", "A" }, "waste.paper", "5", .. more])).ExitCode);

    [Fact]
    public async Task Log_that_a_gateway_holds_which_takes_no_orders_is_told()
    {
        using var held = EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, Instant.From(TimeProvider.System.GetUtcNow()));
        (await AddAsync("waste.paper", "5", "--who", "A")).CannotRun("log.db");
    }

    [Fact]
    public async Task Socket_that_a_power_cut_left_behind_is_no_gateway()
    {
        using (var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
            socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_scratch.File("log.db.orders")));
        if (!System.IO.File.Exists(_scratch.File("log.db.orders"))) _scratch.Write("log.db.orders", "");
        await DoneAsync("waste.paper", "5", "--who", "A");
    }

    private async Task<long> DoneAsync(params string[] arguments)
    {
        var verb = await AddAsync([.. arguments, "--json"]);
        Assert.True(verb.ExitCode == 0, verb.Errors + verb.Output);
        return JsonNode.Parse(verb.Output)!["sequence"]!.GetValue<long>();
    }

    private async Task<Verb> RefusedAsync(params string[] arguments)
    {
        var verb = await AddAsync(arguments);
        Assert.True(verb.ExitCode == 1, $"{verb.ExitCode}: {verb.Output}{verb.Errors}");
        return verb;
    }

    private Task<Verb> AddAsync(params string[] arguments) => Verb.RunAsync(["entry", "add", "--site", _scratch.File("site.json"), .. arguments]);

    private IReadOnlyList<LogEntry> Records()
    {
        using var log = EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, Instant.From(TimeProvider.System.GetUtcNow()));
        return log.Records();
    }
}
