using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

/// <summary>Goal: what works on a simulated line works on the kernel's. Method: a simulated radar speaks through a pseudo-terminal, which
/// is opened as a serial port would be.</summary>
public sealed class Ld2410TerminalTests
{
    [Fact]
    public async Task A_radar_on_a_terminal_of_the_kernel_is_read()
    {
        var isSomebody = true;
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        using var radar = new SimulatedLd2410(() => Volatile.Read(ref isSomebody), TimeProvider.System);
        var far = radar.Open();
        using var stop = new CancellationTokenSource();
        Task[] wires = [CopyAsync(far, terminal.Line, stop.Token), CopyAsync(terminal.Line, far, stop.Token)];
        SensorCatalogue.TryGet("ld2410", out var type);
        var settings = new SerialSettings(type!.Baud, Parity.None, 1);
        await using (var sensor = SensorSetup.Make(type, new SensorOptions { Name = "radar" }, new PointId(0))
            .Connect(new SensorWires(TimeProvider.System, () => Instant.From(TimeProvider.System.GetUtcNow()))
            {
                OpenSerial = () => SerialPort.Open(terminal.Path, settings, TimeProvider.System),
            }))
        {
            await ReadAsync(sensor, reading => reading is { Value: 1, Quality: Quality.Good });
            Assert.Equal("V1.07.22091516", sensor.Self?.Firmware);
            Volatile.Write(ref isSomebody, false);
            await ReadAsync(sensor, reading => reading is { Value: 0, Quality: Quality.Good });
            radar.IsAlive = false;
            await ReadAsync(sensor, reading => reading.Quality == Quality.Missing);
        }
        stop.Cancel();
        await Task.WhenAll(wires);
    }

    /// <summary>Polls until a reading is as wanted; a deadline says when it will not come any more.</summary>
    private static async Task ReadAsync(Sensor sensor, Predicate<Reading> isWanted)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var buffer = new Reading[1];
        while (true)
        {
            var ahead = TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), sensor.DueAt);
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead, deadline.Token);
            var result = await sensor.PollAsync(buffer, deadline.Token);
            Assert.NotEqual(FaultKind.Cancelled, result.Fault?.Kind);
            if (result.Count == 1 && isWanted(buffer[0])) return;
        }
    }

    private static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellation)
    {
        var buffer = new byte[64];
        try
        {
            while (true) await to.WriteAsync(buffer.AsMemory(0, await from.ReadAsync(buffer, cancellation)), cancellation);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
