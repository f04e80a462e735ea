using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>What a simulated server answers from: the registers behind each unit id. Servers over TCP and serial lines share it.</summary>
public abstract class RegisterBank
{
    /// <summary>Fills <paramref name="words"/> with the registers from <see cref="ModbusRead.Address"/> on.</summary>
    /// <returns>0 when filled; a Modbus exception code (1 function, 2 address, 3 value, 4 failure) to be answered; or -1 to stay silent, as a
    /// dead device or an unknown unit id does.</returns>
    public abstract int Read(ModbusRead request, Span<ushort> words);
}
