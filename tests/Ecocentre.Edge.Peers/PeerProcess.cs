using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Ecocentre.Edge.Peers;

/// <summary>A program not ours, started for a test, with its output kept. It never outlives the test process, however that ends.</summary>
/// <remarks>Any thread. The kernel kills it when its parent thread ends (<c>prctl(2)</c>, PR_SET_PDEATHSIG, by way of util-linux
/// <c>setpriv</c>), so all are started by one thread that lives as long as the process. A program that changes its user loses that mark:
/// configure it not to.</remarks>
public sealed partial class PeerProcess : IDisposable
{
    // signal(7), Linux on x86-64 and arm64.
    public const int SignalHangup = 1;
    public const int SignalInterrupt = 2;
    public const int SignalKill = 9;
    public const int SignalTerminate = 15;
    public const int SignalContinue = 18;
    public const int SignalStop = 19;

    /// <summary>Output kept, in characters; the oldest half goes when it is reached.</summary>
    private const int OutputMax = 1 << 20;

    // Shorter than a test project may take, so that what hangs has a name.
    private static readonly TimeSpan DeadlineOfMost = TimeSpan.FromMinutes(3);

    private static readonly BlockingCollection<Action> Starts = StartKeeper();

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];

    private PeerProcess(ProcessStartInfo start)
    {
        Name = Path.GetFileName(start.ArgumentList[3]);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Exited += (_, _) => FailAwaited();
    }

    public string Name { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Standard output and standard error so far, line by line as they came.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>Standard input of the program.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Starts a program. <paramref name="program"/> is a path or a name on PATH or in the administrator's folders.</summary>
    public static PeerProcess Start(string program, IEnumerable<string> arguments, string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("setpriv")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var argument in (string[])["--pdeathsig", "KILL", "--", program, .. arguments]) start.ArgumentList.Add(argument);
        // Debian keeps servers such as mosquitto in sbin, which is not on everybody's PATH.
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;

        var peer = new PeerProcess(start);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                peer._process.Start();
                peer._process.BeginOutputReadLine();
                peer._process.BeginErrorReadLine();
                started.SetResult();
            }
            catch (Exception exception)
            {
                started.SetException(exception);
            }
        });
        started.Task.GetAwaiter().GetResult();
        return peer;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its output.</returns>
    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    /// <inheritdoc cref="WaitForExitAsync" path="/exception"/>
    public static Task<string> RunAsync(string program, params string[] arguments) => RunAsync(DeadlineOfMost, program, arguments);

    /// <inheritdoc cref="RunAsync(string, string[])"/>
    public static async Task<string> RunAsync(TimeSpan deadline, string program, params string[] arguments)
    {
        using var peer = Start(program, arguments);
        peer.Input.Close();
        await peer.WaitForExitAsync(deadline);
        if (peer.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {peer.ExitCode}:\n{peer.Output}");
        return peer.Output;
    }

    /// <summary>Completes when a line of the output contains the text, at once if one already does.</summary>
    /// <exception cref="InvalidOperationException">The program ended first.</exception>
    /// <exception cref="TimeoutException">The deadline passed first.</exception>
    public async Task WaitForOutputAsync(string text, TimeSpan? deadline = null)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_output)
        {
            if (_output.ToString().Contains(text, StringComparison.Ordinal)) return;
            _awaited.Add((text, seen));
        }
        if (HasExited) FailAwaited();
        try
        {
            await seen.Task.WaitAsync(deadline ?? TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Name} did not say \"{text}\" in time. It said:\n{Output}");
        }
    }

    /// <summary>Completes when the port on loopback takes a connection.</summary>
    /// <inheritdoc cref="WaitForOutputAsync" path="/exception"/>
    public async Task WaitForPortAsync(int port, TimeSpan? deadline = null)
    {
        var end = Stopwatch.GetTimestamp() + (long)((deadline ?? TimeSpan.FromSeconds(60)).TotalSeconds * Stopwatch.Frequency);
        while (true)
        {
            if (HasExited) throw Ended();
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (Stopwatch.GetTimestamp() < end)
            {
                await Task.Delay(20);
            }
            catch (SocketException)
            {
                throw new TimeoutException($"{Name} did not listen on port {port} in time. It said:\n{Output}");
            }
        }
    }

    /// <summary>Completes when it has ended and all that it said is in <see cref="Output"/>. One that does not end is killed, with what it started.</summary>
    /// <exception cref="TimeoutException">The deadline passed first.</exception>
    public async Task WaitForExitAsync(TimeSpan? deadline = null)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(deadline ?? DeadlineOfMost);
        }
        catch (TimeoutException)
        {
            // What it started may hold its output open.
            var state = HasExited ? "ended, but not all that it started" : "did not end";
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{Name} {state}. It said:\n{Output}");
        }
    }

    /// <summary>Sends a signal; nothing happens when the program has ended.</summary>
    public void Signal(int signal)
    {
        if (!HasExited) _ = SendSignal(Id, signal);
    }

    /// <summary>Ends it as a power cut would, and returns when it is gone. Works on a frozen program too.</summary>
    /// <exception cref="TimeoutException">The kernel does not let go of it.</exception>
    public void Kill()
    {
        Signal(SignalKill);
        // What it started may go on and hold its output open: that is not waited for without an end.
        if (!_process.WaitForExitAsync().Wait(TimeSpan.FromSeconds(30)) && !HasExited) throw new TimeoutException($"{Name} was killed and did not end.");
    }

    /// <summary>Stops it where it stands: its connections stay open and nobody answers (SIGSTOP).</summary>
    public void Freeze() => Signal(SignalStop);

    /// <summary>Lets a frozen program go on.</summary>
    public void Thaw() => Signal(SignalContinue);

    /// <summary>Asks it to end (SIGTERM) and waits; kills it when it has not ended by the deadline.</summary>
    public async Task StopAsync(TimeSpan? deadline = null)
    {
        Signal(SignalTerminate);
        Thaw();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(deadline ?? TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException)
        {
            Kill();
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static BlockingCollection<Action> StartKeeper()
    {
        var starts = new BlockingCollection<Action>();
        var keeper = new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable()) start();
        })
        { IsBackground = true, Name = "peer keeper" };
        keeper.Start();
        return starts;
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output)
        {
            if (_output.Length > OutputMax) _output.Remove(0, OutputMax / 2);
            _output.AppendLine(line);
            foreach (var (text, seen) in _awaited)
                if (line.Contains(text, StringComparison.Ordinal)) seen.TrySetResult();
        }
    }

    private void FailAwaited()
    {
        lock (_output)
            foreach (var (_, seen) in _awaited) seen.TrySetException(Ended());
    }

    private InvalidOperationException Ended() => new($"{Name} ended with {ExitCode}. It said:\n{Output}");

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
