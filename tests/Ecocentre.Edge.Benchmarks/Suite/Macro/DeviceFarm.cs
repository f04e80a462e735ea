using System.Globalization;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Benchmarks.Suite.Macro;

/// <summary>How a farm of devices behaves.</summary>
/// <param name="Ports">Servers, each with any unit id.</param>
/// <param name="DelayMilliseconds">Before each answer.</param>
/// <param name="LossPermille">Requests of a thousand that are never answered.</param>
internal sealed record FarmSetup(int Ports, int DelayMilliseconds = 0, int LossPermille = 0);

/// <summary>What was asked of a farm in a stretch of time.</summary>
/// <param name="Missed">Polls that did not come: see References/device-farm.c.</param>
/// <param name="FirstAt">When the first request ever came, in ticks of <see cref="System.Diagnostics.Stopwatch"/>; 0 while none has.</param>
internal sealed record FarmCounts(long Requests, long Answered, long Unanswered, long Missed, long FirstAt);

/// <summary>The device farm on libmodbus as a process of its own.</summary>
internal sealed class DeviceFarm : IAsyncDisposable
{
    // The period with which every benchmark polls.
    private const string PeriodMilliseconds = "1000";

    private readonly PeerProcess _process;
    private int _asked;

    private DeviceFarm(PeerProcess process, int port) => (_process, Port) = (process, port);

    /// <summary>The first of its ports; the others follow.</summary>
    internal int Port { get; }

    internal static async Task<DeviceFarm> StartAsync(FarmSetup setup)
    {
        var program = await ReferenceProgram.BuildAsync("device-farm");
        // Enough free ports in a row: others are drawn until the farm gets them all.
        for (var attempt = 0; ; attempt++)
        {
            var port = FreePort.Take();
            var process = PeerProcess.Start(program,
                [Text(port), Text(setup.Ports), PeriodMilliseconds, Text(setup.DelayMilliseconds), Text(setup.LossPermille)]);
            try
            {
                await process.WaitForOutputAsync("ready");
                return new DeviceFarm(process, port);
            }
            catch (InvalidOperationException) when (attempt < 20)
            {
                process.Dispose();
            }
        }
    }

    /// <summary>What was asked since the last call.</summary>
    internal async Task<FarmCounts> CountsAsync()
    {
        await _process.Input.WriteLineAsync();
        await _process.Input.FlushAsync();
        _asked++;
        string[] lines;
        while ((lines = _process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Length < _asked + 1) await Task.Delay(2);
        var counts = lines[_asked].Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return new FarmCounts(counts[0], counts[1], counts[2], counts[3], counts[4]);
    }

    public ValueTask DisposeAsync()
    {
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
