using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A serial line with something simulated at its other end.</summary>
/// <remarks>Any thread. A line that is pulled out or disposed fails its reads and writes with <see cref="IOException"/> for good.</remarks>
public sealed class SimulatedSerialPort(string path, TimeProvider time) : SerialPort
{
    // 4 KiB, as the real port keeps.
    private const int WaitingMax = 4096;

    private readonly Lock _gate = new();
    private readonly Queue<byte> _waiting = new();
    private TaskCompletionSource? _reader;
    private long _received;
    private long _lost;
    private bool _isOut;

    /// <summary>Gets each frame that the gateway writes, on the writer's thread.</summary>
    public Action<ReadOnlyMemory<byte>>? Written { get; set; }

    public override string Path => path;

    public override bool IsDirectionKernels => false;

    public override long BytesLost => Volatile.Read(ref _lost);

    public override SerialCounters? ReadCounters() => null;

    /// <summary>The far end sends.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        TaskCompletionSource? reader;
        lock (_gate)
        {
            if (_isOut) return;
            foreach (var value in bytes)
                if (_waiting.Count < WaitingMax) _waiting.Enqueue(value);
                else _lost++;
            _received += bytes.Length;
            (reader, _reader) = (_reader, null);
        }
        reader?.TrySetResult();
    }

    /// <summary>Pulls the line out.</summary>
    public void PullOut()
    {
        TaskCompletionSource? reader;
        lock (_gate)
        {
            _isOut = true;
            (reader, _reader) = (_reader, null);
        }
        reader?.TrySetResult();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            TaskCompletionSource reader;
            lock (_gate)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_isOut) throw Gone();
                if (_waiting.Count > 0) return Take(buffer.Span);
                reader = _reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), reader))
                await reader.Task;
        }
    }

    public override ValueTask<SentFrame> WriteAfterSilenceAsync(ReadOnlyMemory<byte> frame, TimeSpan silence, CancellationToken cancellation)
    {
        SentFrame sent;
        lock (_gate)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_isOut) throw Gone();
            sent = new SentFrame(time.GetTimestamp(), _received);
        }
        Written?.Invoke(frame);
        return ValueTask.FromResult(sent);
    }

    protected override void Dispose(bool disposing)
    {
        PullOut();
        base.Dispose(disposing);
    }

    private int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _waiting.Count);
        for (var i = 0; i < count; i++) buffer[i] = _waiting.Dequeue();
        return count;
    }

    private IOException Gone() => new($"{path}: the line is gone.");
}
