using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Peers;

/// <summary>The calls of libmodbus 3.1 that the peers need (Debian libmodbus5; modbus.h, modbus-tcp.h, modbus-rtu.h).</summary>
internal static unsafe partial class Libmodbus
{
    /// <summary>MODBUS_RTU_MAX_ADU_LENGTH 256 and MODBUS_TCP_MAX_ADU_LENGTH 260: room for either.</summary>
    public const int FrameMax = 260;

    private const string Library = "libmodbus.so.5";

    /// <summary>modbus_mapping_t: the registers a server answers from.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Mapping
    {
        public int Bits, BitsStart, InputBits, InputBitsStart, InputRegisters, InputRegistersStart, Registers, RegistersStart;
        public byte* TabBits;
        public byte* TabInputBits;
        public ushort* TabInputRegisters;
        public ushort* TabRegisters;
    }

    [LibraryImport(Library, EntryPoint = "modbus_new_tcp", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewTcp(string address, int port);

    [LibraryImport(Library, EntryPoint = "modbus_new_rtu", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewRtu(string device, int baud, byte parity, int dataBits, int stopBits);

    [LibraryImport(Library, EntryPoint = "modbus_free")]
    public static partial void Free(nint context);

    [LibraryImport(Library, EntryPoint = "modbus_connect", SetLastError = true)]
    public static partial int Connect(nint context);

    [LibraryImport(Library, EntryPoint = "modbus_close")]
    public static partial void Close(nint context);

    [LibraryImport(Library, EntryPoint = "modbus_set_slave")]
    public static partial int SetUnit(nint context, int unit);

    [LibraryImport(Library, EntryPoint = "modbus_set_socket")]
    public static partial int SetSocket(nint context, int socket);

    [LibraryImport(Library, EntryPoint = "modbus_set_indication_timeout")]
    public static partial int SetIndicationTimeout(nint context, uint seconds, uint microseconds);

    [LibraryImport(Library, EntryPoint = "modbus_set_response_timeout")]
    public static partial int SetResponseTimeout(nint context, uint seconds, uint microseconds);

    [LibraryImport(Library, EntryPoint = "modbus_tcp_listen", SetLastError = true)]
    public static partial int Listen(nint context, int connections);

    [LibraryImport(Library, EntryPoint = "modbus_tcp_accept", SetLastError = true)]
    public static partial int Accept(nint context, int* socket);

    [LibraryImport(Library, EntryPoint = "modbus_mapping_new")]
    public static partial Mapping* NewMapping(int bits, int inputBits, int registers, int inputRegisters);

    [LibraryImport(Library, EntryPoint = "modbus_mapping_free")]
    public static partial void FreeMapping(Mapping* mapping);

    [LibraryImport(Library, EntryPoint = "modbus_receive", SetLastError = true)]
    public static partial int Receive(nint context, byte* request);

    [LibraryImport(Library, EntryPoint = "modbus_reply", SetLastError = true)]
    public static partial int Reply(nint context, byte* request, int length, Mapping* mapping);

    [LibraryImport(Library, EntryPoint = "modbus_read_registers", SetLastError = true)]
    public static partial int ReadRegisters(nint context, int address, int count, ushort* words);

    [LibraryImport(Library, EntryPoint = "modbus_read_input_registers", SetLastError = true)]
    public static partial int ReadInputRegisters(nint context, int address, int count, ushort* words);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    public static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int CloseFile(int file);
}
