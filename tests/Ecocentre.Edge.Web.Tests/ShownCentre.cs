using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web.Access;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace Ecocentre.Edge.Web.Tests;

/// <summary>A server over a centre of which the test decides everything: points, desks, log, time. Stands in for the running gateway.</summary>
internal sealed class ShownCentre : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ecocentre-web-").FullName;
    private readonly List<HttpClient> _clients = [];

    /// <summary>What packs are made.</summary>
    internal Func<DateOnly, DateOnly, PackWork> Pack { get; set; } = static (_, _) => new PackWork("Nothing is sealed yet.");

    private Snapshot _snapshot;

    internal ShownCentre(int desks = 8, Func<WebOptions, WebOptions>? options = null, ILogger? logger = null, bool label = false)
    {
        TokensFile = Path.Combine(_folder, "log.db.tokens.json");
        PagesFolder = Directory.CreateDirectory(Path.Combine(_folder, "pages")).FullName;
        Spaces = [new Space("open-space", "Open space", "0") { AreaSquareMetres = 220 }, new Space("booth", "Booth", "1") { Outline = new Outline([new(0, 0), new(2, 0), new(2, 1.5)]) }, new Space("plant", "Plant", null)];
        Desks = [.. Enumerable.Range(0, desks).Select(n =>
            new Desk($"d{n + 1:00}", $"LYO-D{n + 1:00}", n == 0 ? "booth" : "open-space", n == 0 ? [new PointId(2)] : []) { At = n == 0 ? new FloorPoint(1.5, 0.5) : null })];
        Points =
        [
            Point(0, "main", "power.active"), Point(1, "air-1", "co2") with { Place = "open-space" },
            Point(2, "pir-d01", "presence") with { Place = "booth", Private = true }, Point(3, "hall", "presence") with { Place = "open-space" },
            Point(4, "booth-pir", "presence") with { Place = "booth" },
        ];
        Log = Substitute.For<IEvidenceReader>();
        Log.Head.Returns(42);
        Log.Tail.Returns(1);
        Log.Windows(default!).ReturnsForAnyArgs(call => Windows(call.Arg<WindowQuery>()));
        Log.Incidents(default, default).ReturnsForAnyArgs(new IncidentRun([], null));
        _snapshot = new Snapshot(Now(), 0, true, [.. Points.Select(p => new Reading(p.Id, default, double.NaN, Quality.Missing))], [])
        {
            Desks = [.. Desks.Select((_, n) => new DeskStatus(n, DeskState.Unknown, Now(), default, default, 0, 0))],
            Spaces =
            [
                new SpaceOccupancy(0, desks - 1, 0, desks - 1, 0, null), new SpaceOccupancy(1, 1, 0, 1, 0, null), new SpaceOccupancy(2, 0, 0, 0, 0, null),
            ],
        };
        Evidence = new ShownEvidence(Now());
        View = new CentreView
        {
            Evidence = Evidence.View, Packs = new PackView((from, to) => Pack(from, to), Path.Combine(_folder, "packs")),
            Centre = "lyon-1", Name = "Lyon", Zone = "Europe/Paris", Version = "1.2.3", Since = Now(), Points = Points, Spaces = Spaces, Desks = Desks,
            Latest = () => Volatile.Read(ref _snapshot), DeskChanges = Changes, Log = Log, Troubles = () => Troubles, Buses = () => Buses,
            Sentences = [new Sentence("{0} of {1} nights.", "{0} nuits sur {1}.")],
            Opening = new OpeningHours(
                [
                    new OpenStretch(DayOfWeek.Sunday, TimeSpan.Zero, TimeSpan.FromHours(24)),
                    new OpenStretch(DayOfWeek.Monday, TimeSpan.FromHours(8.5), TimeSpan.FromHours(19)),
                ],
                [new DateOnly(2026, 12, 25)]),
            PointRoles = ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("main", ["main.power.active"]),
            Now = Now, Time = Time, Label = label ? ShownLabel.Of(Spaces, Desks, Now()) : null,
        };
        var usual = new WebOptions(new IPEndPoint(IPAddress.Loopback, 0))
        {
            TokensFile = TokensFile, PagesFolder = PagesFolder, PerAddress = new Rate(1e6, 1e6), PerToken = new Rate(1e6, 1e6),
        };
        Server = new WebServer(options?.Invoke(usual) ?? usual, View, logger ?? NullLogger.Instance);
    }

    internal TestTime Time { get; } = new();

    internal string TokensFile { get; }

    /// <summary>Empty; what it holds when the server is made is served.</summary>
    internal string PagesFolder { get; }

    internal ImmutableArray<Space> Spaces { get; }

    internal ImmutableArray<Desk> Desks { get; }

    internal ImmutableArray<Point> Points { get; }

    internal IEvidenceReader Log { get; }

    internal ShownEvidence Evidence { get; }

    internal DeskHistory Changes { get; } = new();

    internal List<Trouble> Troubles { get; } = [];

    internal List<BusCondition> Buses { get; } = [];

    internal Func<WindowQuery, WindowRun> Windows { get; set; } = _ => new WindowRun([], null);

    internal CentreView View { get; }

    internal WebServer Server { get; }

    internal Snapshot Snapshot
    {
        get => Volatile.Read(ref _snapshot);
        set
        {
            Volatile.Write(ref _snapshot, value);
            Server.Show();
        }
    }

    internal static async Task<ShownCentre> StartAsync(
        int desks = 8, Func<WebOptions, WebOptions>? options = null, ILogger? logger = null, bool label = false)
    {
        var centre = new ShownCentre(desks, options, logger, label);
        await centre.Server.StartAsync(default);
        return centre;
    }

    internal Instant Now() => Instant.From(Time.GetUtcNow());

    /// <summary>Makes a token and hands it over.</summary>
    internal string Token(Roles role, Instant? expires = null, string name = "test")
    {
        var token = "";
        TokenFile.Change(TokensFile, tokens => tokens.Add(TokenEntry.Make(name, role, Now(), expires, out token)));
        Time.Skip(TimeSpan.FromSeconds(2));
        return token;
    }

    /// <summary>A client that sends that token, or none.</summary>
    internal HttpClient Client(string? token = null, HttpMessageHandler? over = null)
    {
        var client = over is null ? new HttpClient() : new HttpClient(over);
        client.BaseAddress = Server.Address;
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _clients.Add(client);
        return client;
    }

    /// <summary>A desk changes: into the history, into the picture, out to all who listen.</summary>
    internal DeskStatus Change(int desk, DeskState state)
    {
        var status = new DeskStatus(desk, state, Now(), Now(), Now() + TimeSpan.FromMinutes(10), 0.9, Changes.Head + 1);
        var before = Snapshot;
        Changes.Append(status);
        Snapshot = before with { At = Now(), Desks = before.Desks.SetItem(desk, status), DeskSequence = status.Sequence };
        return status;
    }

    internal static async Task<JsonElement> JsonAsync(HttpClient client, string path)
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync(path));
        return document.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static Point Point(ushort id, string device, string quantity) => new()
    {
        Id = new PointId(id), Name = $"{device}.{quantity}", Device = device, Period = TimeSpan.FromSeconds(1),
        Quantity = Quantity.TryGet(quantity, out var found) ? found : throw new InvalidOperationException(quantity),
    };
}
