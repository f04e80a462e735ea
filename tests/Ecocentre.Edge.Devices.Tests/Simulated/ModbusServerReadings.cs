using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

/// <summary>What mbpoll must print when it reads a <see cref="TellingBank"/>, whatever the wire.</summary>
internal static class ModbusServerReadings
{
    public static async Task AreReadByMbpoll(Func<byte, byte, int, int, string, Task<IReadOnlyDictionary<int, string>>> read)
    {
        foreach (var (unit, table, address, count) in new (byte, RegisterTable, int, int)[]
                 {
                     (1, RegisterTable.Holding, 100, 10), (17, RegisterTable.Input, 3_000, 125), (2, RegisterTable.Coil, 8, 40),
                     (2, RegisterTable.Discrete, 0, 1),
                 })
        {
            var printed = await read(unit, (byte)table, address, count, Pdu.IsBits(table) ? "" : ":hex");
            for (var index = 0; index < count; index++)
            {
                var word = TellingBank.WordAt(unit, table, address + index);
                Assert.Equal(Pdu.IsBits(table) ? $"{word}" : $"0x{word:X4}", printed[address + index]);
            }
        }
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => read(1, 3, TellingBank.MissingAddress, 1, ""));
        Assert.Contains("Illegal data address", refused.Message);
    }
}
