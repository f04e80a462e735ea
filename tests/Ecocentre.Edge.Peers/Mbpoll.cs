using System.Globalization;
using System.Text.RegularExpressions;

namespace Ecocentre.Edge.Peers;

/// <summary>mbpoll, the command-line Modbus client of Debian: reads once and tells what it printed.</summary>
public static partial class Mbpoll
{
    /// <summary>Reads over TCP from loopback.</summary>
    /// <param name="table">By function code: 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers.</param>
    /// <returns>The values as printed, by zero-based address.</returns>
    /// <exception cref="InvalidOperationException">mbpoll failed; the message has its words.</exception>
    public static Task<IReadOnlyDictionary<int, string>> ReadTcpAsync(int port, byte unit, byte table, int address, int count, string format = "") =>
        ReadAsync(["-m", "tcp", "-p", $"{port}"], "127.0.0.1", unit, table, address, count, format);

    /// <summary>Reads from a serial device.</summary>
    /// <param name="parity">none, even or odd.</param>
    /// <inheritdoc cref="ReadTcpAsync"/>
    public static Task<IReadOnlyDictionary<int, string>> ReadSerialAsync(string path, int baud, string parity, byte unit, byte table, int address,
        int count, string format = "") =>
        ReadAsync(["-m", "rtu", "-b", $"{baud}", "-P", parity], path, unit, table, address, count, format);

    private static async Task<IReadOnlyDictionary<int, string>> ReadAsync(string[] wire, string where, byte unit, byte table, int address, int count,
        string format)
    {
        // mbpoll counts its types otherwise: 0 coils, 1 discrete inputs, 3 input registers, 4 holding registers; -0 makes references zero-based.
        var type = table switch { 1 => "0", 2 => "1", 3 => "4", _ => "3" } + format;
        var output = await PeerProcess.RunAsync("mbpoll",
            [.. wire, "-0", "-1", "-o", "10", "-a", $"{unit}", "-t", type, "-r", $"{address}", "-c", $"{count}", where]);
        return PrintedValue().Matches(output).ToDictionary(
            match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), match => match.Groups[2].Value);
    }

    [GeneratedRegex(@"^\[(\d+)\]:\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex PrintedValue();
}
