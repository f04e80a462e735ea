using System.Diagnostics;
using System.Text.Json;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Streams;

namespace Ecocentre.Edge.Web.Tests.Streams;

public sealed class DeskStreamTests
{
    private static readonly DeskState[] States = [DeskState.Free, DeskState.Occupied, DeskState.Held];

    [Fact]
    public async Task Who_begins_gets_the_picture_and_then_every_change()
    {
        await using var centre = await ShownCentre.StartAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        centre.Change(1, DeskState.Occupied);
        var client = new StreamClient(centre.Server.Address.Port, centre.Token(Roles.Booking), 8);
        await client.ConnectAsync(deadline.Token);
        await client.ReadUntilAsync(1, deadline.Token);
        Assert.Equal((("occupied", 1L), ("unknown", 0L)), (client.Desks[1], client.Desks[2]));
        for (var n = 0; n < 20; n++) centre.Change(n % 8, States[n % 3]);
        await client.ReadUntilAsync(21, deadline.Token);
        Assert.Equal(20, client.Changes);
        Assert.Empty(client.Wrong);
    }

    [Fact]
    public async Task Who_comes_back_misses_nothing_and_gets_nothing_twice()
    {
        await using var centre = await ShownCentre.StartAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var client = new StreamClient(centre.Server.Address.Port, centre.Token(Roles.Booking), 8);
        await client.ConnectAsync(deadline.Token);
        centre.Change(0, DeskState.Free);
        await client.ReadUntilAsync(1, deadline.Token);
        // The first may have come within the picture.
        var first = client.Changes;
        client.Cut();
        // Far more than a connected client may lag behind: who was away reads all of it up.
        for (var n = 0; n < 5 * DeskStream.LagMax; n++) centre.Change(n % 8, States[n % 3]);
        await client.ConnectAsync(deadline.Token);
        await client.ReadUntilAsync(centre.Changes.Head, deadline.Token);
        Assert.Equal(centre.Changes.Head - 1, client.Changes - first);
        Assert.Empty(client.Wrong);
        Assert.Empty(client.Missed);
    }

    [Fact]
    public async Task Sequence_of_another_life_and_one_forgotten_are_answered_with_the_picture()
    {
        await using var centre = await ShownCentre.StartAsync();
        var client = centre.Client(centre.Token(Roles.Booking));
        for (var n = 0; n < 30; n++) centre.Change(n % 8, DeskState.Free);
        centre.Time.Skip(DeskHistory.Keep * 2);
        centre.Changes.Forget(centre.Now());
        centre.Change(0, DeskState.Occupied);
        foreach (var (after, first) in new[] { (10, "missed"), (99, "missed"), (30, "desk"), (31, "") })
        {
            using var reader = new StreamReader(await client.GetStreamAsync($"/api/v1/desks/stream?after={after}"));
            Assert.Equal("retry: 2000", await reader.ReadLineAsync());
            var head = await reader.ReadLineAsync();
            if (first.Length == 0) continue;
            var name = await reader.ReadLineAsync();
            if (first == "desk") Assert.Equal("id: 31", name);
            else Assert.Equal($"event: {first}", name);
        }
    }

    [Fact]
    public async Task Silence_is_broken_so_that_proxies_keep_the_connection()
    {
        await using var centre = await ShownCentre.StartAsync();
        using var reader = new StreamReader(await centre.Client(centre.Token(Roles.Booking)).GetStreamAsync("/api/v1/desks/stream?after=0"));
        Assert.Equal("retry: 2000", await reader.ReadLineAsync());
        Assert.Equal("", await reader.ReadLineAsync());
        var line = reader.ReadLineAsync();
        centre.Time.Skip(TimeSpan.FromSeconds(16));
        while (!line.IsCompleted)
        {
            centre.Server.Show();
            await Task.WhenAny(line, Task.Delay(20));
        }
        Assert.Equal(":", await line);
    }

    /// <summary>A client that reads nothing: first for longer than a server usually waits, in real time since that is what the server's own limits go by;
    /// then for good.</summary>
    [Fact]
    public async Task Client_that_was_not_scheduled_for_some_seconds_goes_on_and_one_that_is_gone_is_let_go()
    {
        await using var centre = await ShownCentre.StartAsync(64);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var client = new StreamClient(centre.Server.Address.Port, centre.Token(Roles.Booking), 64);
        var viewer = centre.Client(centre.Token(Roles.Viewer));
        await client.ConnectAsync(deadline.Token, receiveBytes: 4_096);
        centre.Change(0, DeskState.Free);
        await client.ReadUntilAsync(1, deadline.Token);
        await FillAsync();
        await Task.Delay(TimeSpan.FromSeconds(5), deadline.Token);
        await client.ReadUntilAsync(centre.Changes.Head, deadline.Token);
        Assert.Empty(client.Wrong);
        await FillAsync();
        Assert.Equal(1, await FigureAsync("ecocentre_http_streams"));
        // The stream notices on its own that nothing is taken any more, however long the kernel would try.
        while (await FigureAsync("ecocentre_http_streams") > 0)
        {
            for (var n = 0; n < 200; n++) centre.Change(n % 64, States[n % 3]);
            await Task.Delay(50, deadline.Token);
            centre.Time.Skip(EventStream.StallMax / 2);
        }
        await Assert.ThrowsAnyAsync<Exception>(() => client.ReadUntilAsync(centre.Changes.Head + 1, deadline.Token));

        // Until the stream waits for the client: it is never so far behind that it would be passed over, and has told nothing more for some seconds.
        async Task FillAsync()
        {
            for (var isFollowing = true; isFollowing;)
            {
                for (var n = 0; n < 500; n++) centre.Change(n % 64, States[n % 3]);
                isFollowing = false;
                for (var n = 0; n < 60 && !isFollowing; n++)
                {
                    isFollowing = await FigureAsync("ecocentre_http_stream_events_total") == centre.Changes.Head;
                    if (!isFollowing) await Task.Delay(50, deadline.Token);
                }
            }
        }

        async Task<long> FigureAsync(string name)
        {
            var metrics = await viewer.GetStringAsync("/metrics", deadline.Token);
            return long.Parse(metrics.Split('\n').Single(line => line.StartsWith(name + " ")).Split(' ')[1]);
        }
    }

    [Fact]
    public async Task Streams_that_are_too_many_are_refused()
    {
        await using var centre = await ShownCentre.StartAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var token = centre.Token(Roles.Booking);
        var clients = new List<StreamClient>();
        for (var n = 0; n < StreamCounts.StreamsMax; n++)
        {
            clients.Add(new StreamClient(centre.Server.Address.Port, token, 8));
            await clients[^1].ConnectAsync(deadline.Token);
        }
        centre.Change(0, DeskState.Free);
        foreach (var client in clients) await client.ReadUntilAsync(1, deadline.Token);
        using var refused = await centre.Client(token).GetAsync("/api/v1/desks/stream", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        foreach (var client in clients) client.Cut();
    }

    /// <summary>10,000 changes at 1,000 a second to 200 clients, of which a quarter read slowly and a quarter hang up at random and come back. Every
    /// client ends with the true state of every desk; every sequence came in order, once, or was told to be missed and can be had from the changes.</summary>
    [Fact]
    public async Task Storm_of_changes_reaches_everybody_in_order_and_takes_no_memory()
    {
        const int clientCount = 200, changeCount = 10_000, deskCount = 128;
        var seed = Environment.TickCount;
        await using var centre = await ShownCentre.StartAsync(deskCount);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        var token = centre.Token(Roles.Booking);
        var clients = Enumerable.Range(0, clientCount).Select(_ => new StreamClient(centre.Server.Address.Port, token, deskCount)).ToArray();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var reading = clients.Select((client, n) => (n % 4) switch
        {
            0 => SlowAsync(client, deadline.Token),
            1 => RestlessAsync(client, new Random(seed + n), deadline.Token),
            _ => SteadyAsync(client, deadline.Token),
        }).ToArray();
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        for (var made = 0; made < changeCount;)
        {
            // A thousand a second, ten at a time.
            for (var n = 0; n < 10; n++, made++) centre.Change(random.Next(deskCount), States[random.Next(States.Length)]);
            var ahead = TimeSpan.FromMilliseconds(made) - watch.Elapsed;
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead);
        }
        await Task.WhenAll(reading);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        var truth = centre.Snapshot.Desks.Select(desk => (DeskJson.Word(desk.State), desk.Sequence)).ToArray();
        foreach (var (n, client) in clients.Index())
        {
            Assert.True(client.Wrong.Count == 0, $"seed {seed}, client {n}: {string.Join("; ", client.Wrong.Take(3))}");
            Assert.True(truth.SequenceEqual(client.Desks), $"seed {seed}, client {n} ends with another picture");
            var missed = client.Missed.Sum(stretch => stretch.To - stretch.After);
            Assert.True(client.Began + client.Changes + missed == changeCount,
                $"seed {seed}, client {n}: began at {client.Began}, got {client.Changes}, was told to have missed {missed}");
        }
        var metrics = await centre.Client(centre.Token(Roles.Viewer)).GetStringAsync("/metrics");
        TestContext.Current.SendDiagnosticMessage($"{watch.Elapsed.TotalSeconds:0.0} s, grown {grown >> 10} kB, missed by "
            + $"{clients.Count(c => c.Missed.Count > 0)} clients, {metrics.Split('\n').Single(line => line.StartsWith("ecocentre_http_stream_missed"))}");
        // The history of 10,000 changes, 2,048 frames of 300 bytes and the sockets' buffers; a queue of every change for each client would be 600 MB.
        Assert.True(grown < 64 << 20, $"grown by {grown >> 20} MB");
        await CatchUpAsync(centre, token, clients);
        foreach (var client in clients) client.Cut();
    }

    private static async Task SteadyAsync(StreamClient client, CancellationToken cancellation)
    {
        await client.ConnectAsync(cancellation);
        await client.ReadUntilAsync(10_000, cancellation);
    }

    private static async Task SlowAsync(StreamClient client, CancellationToken cancellation)
    {
        // A small window and pauses: the server has to wait for it.
        await client.ConnectAsync(cancellation, receiveBytes: 4_096);
        await client.ReadUntilAsync(10_000, cancellation, () => Task.Delay(60, cancellation));
    }

    private static async Task RestlessAsync(StreamClient client, Random random, CancellationToken cancellation)
    {
        while (client.Last < 10_000)
        {
            await client.ConnectAsync(cancellation);
            await client.ReadUntilAsync(Math.Min(10_000, client.Last + random.Next(1, 3_000)), cancellation);
            if (client.Last >= 10_000) return;
            client.Cut();
            await Task.Delay(random.Next(0, 300), cancellation);
        }
    }

    /// <summary>What slow clients were told to have missed can be read up on without a gap.</summary>
    private static async Task CatchUpAsync(ShownCentre centre, string token, StreamClient[] clients)
    {
        var booking = centre.Client(token);
        foreach (var (after, to) in clients.SelectMany(client => client.Missed).Take(5))
            for (var cursor = after; cursor < to;)
            {
                using var page = JsonDocument.Parse(await booking.GetStringAsync($"/api/v1/desks/changes?after={cursor}"));
                foreach (var change in page.RootElement.GetProperty("changes").EnumerateArray()) Assert.Equal(++cursor, change.GetProperty("sequence").GetInt64());
            }
    }
}
