using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Peers;

/// <summary>A Modbus server on libmodbus: over TCP it answers any unit id and several clients, on a serial line one unit id. All 65,536 addresses
/// of the four tables exist and hold 0 until set.</summary>
/// <remarks>Set registers before or while it serves; a word is set whole.</remarks>
public sealed unsafe class LibmodbusServer : IDisposable
{
    private const int Addresses = 65_536;
    private const int TimedOut = 110;

    private readonly nint _context;
    private readonly Libmodbus.Mapping* _mapping = Libmodbus.NewMapping(Addresses, Addresses, Addresses, Addresses);
    private readonly List<Thread> _threads = [];
    private readonly int _listener = -1;
    private volatile bool _isStopping;

    private LibmodbusServer(nint context, int port)
    {
        _context = context;
        Port = port;
        if (port == 0)
        {
            Check(Libmodbus.Connect(context), "open the port");
            Start(() => Serve(context));
            return;
        }
        _listener = Libmodbus.Listen(context, 8);
        Check(_listener, "listen");
        Start(Accept);
    }

    /// <summary>Where it listens on loopback; 0 on a serial line.</summary>
    public int Port { get; }

    public Span<byte> Coils => new(_mapping->TabBits, Addresses);

    public Span<byte> Discretes => new(_mapping->TabInputBits, Addresses);

    public Span<ushort> Holdings => new(_mapping->TabRegisters, Addresses);

    public Span<ushort> Inputs => new(_mapping->TabInputRegisters, Addresses);

    /// <summary>Serves on a free port of loopback.</summary>
    public static LibmodbusServer OnTcp()
    {
        var port = FreePort.Take();
        return new LibmodbusServer(Libmodbus.NewTcp("127.0.0.1", port), port);
    }

    /// <summary>Serves one unit on a serial device.</summary>
    /// <param name="parity">N, E or O.</param>
    public static LibmodbusServer OnSerial(string path, int baud, char parity, int stopBits, byte unit)
    {
        var context = Libmodbus.NewRtu(path, baud, (byte)parity, 8, stopBits);
        _ = Libmodbus.SetUnit(context, unit);
        return new LibmodbusServer(context, port: 0);
    }

    public void Dispose()
    {
        _isStopping = true;
        if (_listener >= 0)
        {
            // 2: both directions; wakes the thread that waits in accept.
            _ = Libmodbus.Shutdown(_listener, 2);
        }
        Thread[] threads;
        lock (_threads)
            threads = [.. _threads];
        foreach (var thread in threads)
            thread.Join();
        if (_listener >= 0)
            _ = Libmodbus.CloseFile(_listener);
        else
            Libmodbus.Close(_context);
        Libmodbus.Free(_context);
        Libmodbus.FreeMapping(_mapping);
    }

    private static void Check(int result, string what)
    {
        if (result < 0)
            throw new InvalidOperationException($"libmodbus could not {what}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private void Start(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true, Name = "libmodbus server" };
        lock (_threads)
            _threads.Add(thread);
        thread.Start();
    }

    private void Accept()
    {
        while (true)
        {
            var listener = _listener;
            var socket = Libmodbus.Accept(_context, &listener);
            if (_isStopping || socket < 0)
                return;
            Start(() => ServeSocket(socket));
        }
    }

    private void ServeSocket(int socket)
    {
        var context = Libmodbus.NewTcp("127.0.0.1", Port);
        _ = Libmodbus.SetSocket(context, socket);
        Serve(context);
        Libmodbus.Close(context);
        Libmodbus.Free(context);
    }

    private void Serve(nint context)
    {
        // 0.1 s: how often a server without work looks whether it is to stop.
        _ = Libmodbus.SetIndicationTimeout(context, 0, 100_000);
        var request = stackalloc byte[Libmodbus.FrameMax];
        while (!_isStopping)
        {
            var length = Libmodbus.Receive(context, request);
            if (length > 0)
                _ = Libmodbus.Reply(context, request, length, _mapping);
            else if (length < 0 && Marshal.GetLastPInvokeError() != TimedOut && Port != 0)
                return;
        }
    }
}
