using System.Diagnostics;
using System.Globalization;

namespace Ecocentre.Edge.Benchmarks.Web;

/// <summary>How often a second all 128 desks are answered to <c>wrk</c> (Debian's), whole, compressed and as 304, on the machine that also runs it.</summary>
/// <remarks>Expectation, on two shared cores: at least 10,000 answers a second of the whole list (35 kB each), 304 more than that.
/// <c>dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- web-desks [SECONDS]</c></remarks>
internal static class DeskRates
{
    private const int Desks = 128;

    internal static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10;
        await using var served = new ServedDesks(Desks);
        await served.Server.StartAsync(default);
        for (var desk = 0; desk < Desks; desk++) await served.ReadAsync(desk, present: desk % 2 == 0);
        await Task.Delay(2_000);
        using var client = new HttpClient { BaseAddress = served.Server.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", served.Token);
        using var answer = await client.GetAsync("/api/v1/desks");
        Console.WriteLine($"{Desks} desks, {(await answer.Content.ReadAsByteArrayAsync()).Length} bytes");
        await WrkAsync(served, seconds / 2, "warming up");
        await WrkAsync(served, seconds, "whole");
        await WrkAsync(served, seconds, "gzip", "Accept-Encoding: gzip");
        await WrkAsync(served, seconds, "304", $"If-None-Match: {answer.Headers.ETag}");
        return 0;
    }

    private static async Task WrkAsync(ServedDesks served, int seconds, string what, params string[] headers)
    {
        var start = new ProcessStartInfo("wrk") { RedirectStandardOutput = true };
        foreach (var word in new[] { "-t1", "-c32", $"-d{Math.Max(1, seconds)}s", "--latency", "-H", $"Authorization: Bearer {served.Token}" })
            start.ArgumentList.Add(word);
        foreach (var header in headers)
        {
            start.ArgumentList.Add("-H");
            start.ArgumentList.Add(header);
        }
        start.ArgumentList.Add($"{served.Server.Address}api/v1/desks");
        using var wrk = Process.Start(start)!;
        var lines = (await wrk.StandardOutput.ReadToEndAsync()).Split('\n').Select(line => line.Trim())
            .Where(line => line.StartsWith("Requests/sec") || line.StartsWith("50%") || line.StartsWith("99%") || line.StartsWith("Non-2xx"));
        await wrk.WaitForExitAsync();
        Console.WriteLine($"{what,-12} {string.Join("   ", lines)}");
    }
}
