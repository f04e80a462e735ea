namespace Ecocentre.Edge.Devices.Ports;

/// <summary>A serial line as a stream of raw bytes that knows when it was last busy.</summary>
/// <remarks>One read and one write at a time, from any thread; both end at once when cancelled or when the port is disposed. A line that is gone
/// (adapter unplugged) fails them with <see cref="IOException"/>, now and ever after: open the port again.</remarks>
public abstract class SerialPort : Stream
{
    /// <summary>Opens a serial device of Linux.</summary>
    /// <param name="path">A device such as /dev/ttyUSB0, better its stable name in /dev/serial/by-id.</param>
    /// <exception cref="IOException">It is missing, forbidden, in use, no serial port, or its driver cannot do what is asked; the message names
    /// the path and the remedy.</exception>
    public static SerialPort Open(string path, SerialSettings settings, TimeProvider time) => LinuxSerialPort.Open(path, settings, time);

    /// <summary>The device as it was opened.</summary>
    public abstract string Path { get; }

    /// <summary>True when the kernel switches an RS-485 line's direction; false when that is left to the adapter.</summary>
    public abstract bool IsDirectionKernels { get; }

    /// <summary>Bytes that came while nobody read for so long that the buffer was full, and were lost.</summary>
    public abstract long BytesLost { get; }

    /// <summary>What the driver counted, or null where it counts nothing (pseudo-terminals, some USB adapters).</summary>
    public abstract SerialCounters? ReadCounters();

    /// <summary>Sends a frame once the line has been silent for long enough, counted from the last byte in or out.</summary>
    /// <param name="frame">At most 256 bytes; owned by the caller, left alone until this completes.</param>
    /// <returns>When the frame started, and how many bytes had been received since the port was opened: what comes after them came after the
    /// frame. Completes when the frame was handed to the driver; its last byte may still be on the wire.</returns>
    public abstract ValueTask<SentFrame> WriteAfterSilenceAsync(ReadOnlyMemory<byte> frame, TimeSpan silence, CancellationToken cancellation);

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await WriteAfterSilenceAsync(buffer, TimeSpan.Zero, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A serial port is read asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A serial port is written asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
