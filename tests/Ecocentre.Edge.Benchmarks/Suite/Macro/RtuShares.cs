using Ecocentre.Edge.Benchmarks.Modbus;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Benchmarks.Suite.Macro;

/// <summary>How much of what its baud rate allows a paced serial line is used for, with blocks of ten float32 points.</summary>
/// <remarks>Expectation: at least 97 % of the limit at 9,600 and 19,200 baud, with every silence kept: the server drops what comes without it.</remarks>
internal static class RtuShares
{
    private const ushort Registers = 20;

    internal static IEnumerable<Measure> Measures => [new("rtu", RunAsync)];

    private static async Task RunAsync(Action<Figure> found)
    {
        foreach (var settings in (SerialSettings[])[new(9_600), new(9_600, Parity.Even), new(19_200), new(19_200, Parity.Even), new(115_200)])
        {
            var (reached, limit) = await ModbusRtuShare.ReachedAsync(settings, Registers);
            found(new Figure($"exchanges on a line of {settings}", reached, "1/s")
            {
                Reference = limit, Of = "limit of the line", RatioAtLeast = settings.Baud <= 19_200 ? 0.97 : null,
            });
        }
    }
}
