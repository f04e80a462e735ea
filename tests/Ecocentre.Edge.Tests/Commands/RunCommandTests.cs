using System.Net;
using System.Net.Sockets;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.Commands;

[Collection(VerbsInTurn.Name)]
public sealed class RunCommandTests : IDisposable
{
    private static readonly Instant Now = Instant.From(TimeProvider.System.GetUtcNow());

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Log_of_another_centre_is_refused_and_stays_whole()
    {
        EvidenceLog.Open(_scratch.File("log.db"), "paris", LogOptions.Default, Now).Dispose();
        (await RunAsync()).CannotRun("log.db", "centre paris", "lyon-1");
        EvidenceLog.Open(_scratch.File("log.db"), "paris", LogOptions.Default, Now).Dispose();
    }

    [Fact]
    public async Task Log_that_another_gateway_writes_is_refused()
    {
        using var other = EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, Now);
        (await RunAsync()).CannotRun("log.db");
    }

    [Fact]
    public async Task File_that_is_no_log_is_refused_or_put_aside_but_never_overwritten()
    {
        var text = new string('x', 10_000);
        _scratch.Write("log.db", text);
        (await RunAsync("""192.0.2.1:1", "plain": true, "tokens": "tokens.json""")).CannotRun();
        Assert.Contains(Directory.GetFiles(_scratch.Folder), file => new FileInfo(file).Length == text.Length && File.ReadAllText(file) == text);
    }

    [Fact]
    public async Task Port_of_http_that_is_taken_is_told_with_where_to_change_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, FreePort.Take());
        listener.Start();
        (await RunAsync($"{listener.LocalEndpoint}")).CannotRun($"{listener.LocalEndpoint}", "http.listen", "site.json");
        // Nothing was asked or recorded: it never started.
        using var log = EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, Now);
        Assert.Empty(log.Read(0, int.MaxValue));
    }

    [Fact]
    public async Task Folder_that_cannot_be_written_is_told()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "An administrator may write everywhere.");
        var folder = Directory.CreateDirectory(_scratch.File("closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (await RunAsync(log: "closed/log.db")).CannotRun(folder.FullName);
    }

    [Fact]
    public async Task Folder_that_cannot_be_is_told() => (await RunAsync(log: "site.json/log.db")).CannotRun("site.json/log.db");

    [Fact]
    public async Task Log_path_that_is_a_folder_is_told()
    {
        Directory.CreateDirectory(_scratch.File("log.db"));
        (await RunAsync()).CannotRun("log.db");
    }

    [Fact]
    public async Task Bus_that_would_be_too_full_is_not_started() => (await RunAsync(period: "20ms")).CannotRun("bus", "check --site");

    [Fact]
    public async Task Site_with_mistakes_is_found_wrong_and_nothing_is_started()
    {
        var verb = await RunAsync("nowhere");
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("$.http.listen", verb.Errors);
        Assert.Contains("nothing was started", verb.Errors);
        Assert.False(File.Exists(_scratch.File("log.db")));
    }

    private Task<Verb> RunAsync(string? listen = null, string log = "log.db", string period = "5s") => Verb.RunAsync(
        "run", "--site", _scratch.Write("site.json", $$"""
        { "centre": "lyon-1", "zone": "Europe/Paris", "clock": "trusted", "log": { "path": "{{log}}" }, "http": { "listen": "{{listen ?? "127.0.0.1:0"}}" },
          "buses": [ { "name": "bus", "serial": { "path": "{{_scratch.File("line")}}", "baud": 9600 },
                       "devices": [ { "name": "m", "model": "eastron-sdm630", "unit": 1, "period": "{{period}}" } ] } ] }
        """));
}
