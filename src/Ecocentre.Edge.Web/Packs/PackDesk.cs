using System.Globalization;
using System.IO.Pipelines;

namespace Ecocentre.Edge.Web.Packs;

/// <summary>Makes evidence packs for askers, one at a time: each costs a minute of a processor and hundreds of megabytes of reading. Any thread.</summary>
internal sealed class PackDesk(PackView view, TimeProvider time, CancellationToken ending)
{
    // A finished pack waits for its download so long; a browser takes it at once.
    private static readonly TimeSpan KeptMax = TimeSpan.FromHours(1);

    // What waits for a client that reads slowly.
    private const int WaitingBytesMax = 1 << 20;

    private readonly Lock _gate = new();
    private bool _isBusy;
    private int _count;
    private PackJob? _job;

    /// <summary>Begins a pack that is kept for a download.</summary>
    /// <returns>Null while another is made.</returns>
    internal PackJob? Begin(DateOnly from, DateOnly to)
    {
        if (!TryTake()) return null;
        PackJob job;
        lock (_gate)
        {
            _job?.Drop();
            var id = (++_count).ToString(CultureInfo.InvariantCulture);
            _job = job = new PackJob(id, from, to, Path.Combine(view.Folder, $"pack-{id}.zip"), time.GetTimestamp());
        }
        Work("pack", () => Make(job));
        return job;
    }

    /// <summary>The pack that is made, or was last.</summary>
    internal PackJob? Find(string id)
    {
        lock (_gate)
        {
            if (_job is { State: not PackState.Running } done && time.GetElapsedTime(done.Since) > KeptMax)
            {
                done.Drop();
                _job = null;
            }
            return _job?.Id == id ? _job : null;
        }
    }

    /// <summary>Makes a pack and gives it on as it comes.</summary>
    /// <param name="begin">Called before the first byte: with the words why there is none, or null.</param>
    /// <returns>False while another is made.</returns>
    internal async Task<bool> StreamAsync(DateOnly from, DateOnly to, Func<string?, Task<Stream?>> begin, CancellationToken cancellation)
    {
        if (!TryTake()) return false;
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: WaitingBytesMax, resumeWriterThreshold: WaitingBytesMax / 2,
            useSynchronizationContext: false));
        var prepared = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation, ending);
        Work("pack", () => Feed(from, to, pipe.Writer, prepared, stopping));
        try
        {
            if (await begin(await prepared.Task) is { } output) await pipe.Reader.CopyToAsync(output, cancellation);
            return true;
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
        }
    }

    /// <summary>Takes away what waits.</summary>
    internal void Close()
    {
        lock (_gate) _job?.Drop();
    }

    private bool TryTake()
    {
        lock (_gate)
        {
            if (_isBusy) return false;
            return _isBusy = true;
        }
    }

    /// <summary>On a thread of its own, so that no other request waits for it, and behind the gateway's own work.</summary>
    private void Work(string name, Action work) => new Thread(() =>
    {
        try
        {
            work();
        }
        finally
        {
            lock (_gate) _isBusy = false;
        }
    })
    {
        IsBackground = true, Name = name, Priority = ThreadPriority.BelowNormal,
    }.Start();

    private void Feed(DateOnly from, DateOnly to, PipeWriter pipe, TaskCompletionSource<string?> prepared, CancellationTokenSource stopping)
    {
        Exception? failure = null;
        try
        {
            using var work = view.Prepare(from, to);
            prepared.TrySetResult(work.Refusal);
            if (work.Refusal is null) work.Write(pipe.AsStream(), static _ => { }, stopping.Token);
        }
        catch (Exception e)
        {
            failure = e;
            prepared.TrySetResult($"The pack cannot be made: {e.Message}");
        }
        pipe.Complete(failure);
        stopping.Dispose();
    }

    private void Make(PackJob job)
    {
        try
        {
            Directory.CreateDirectory(view.Folder);
            using var work = view.Prepare(job.From, job.To);
            if (work.Refusal is { } refusal)
            {
                job.End(PackState.Refused, refusal);
                return;
            }
            using (var file = File.Create(job.Path)) work.Write(file, job.Tell, ending);
            job.End(PackState.Done, "");
        }
        catch (Exception e)
        {
            job.End(PackState.Failed, $"The pack cannot be made: {e.Message}");
            job.Drop();
        }
    }
}

/// <summary>How far a pack is. The small names are published.</summary>
internal enum PackState : byte { Running, Done, Refused, Failed }

/// <summary>A pack that somebody waits for. Any thread.</summary>
internal sealed class PackJob(string id, DateOnly from, DateOnly to, string path, long since)
{
    private double _share;
    private int _state;

    internal string Id => id;

    internal DateOnly From => from;

    internal DateOnly To => to;

    internal string Path => path;

    /// <summary>A timestamp of the provider's.</summary>
    internal long Since => since;

    internal PackState State => (PackState)Volatile.Read(ref _state);

    /// <summary>Share done, 0 to 1.</summary>
    internal double Share => Volatile.Read(ref _share);

    /// <summary>Why there is none.</summary>
    internal string Text { get; private set; } = "";

    internal void Tell(double share) => Volatile.Write(ref _share, share);

    internal void End(PackState state, string text)
    {
        Text = text;
        Volatile.Write(ref _state, (int)state);
    }

    internal void Drop()
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next pack of that number takes its place.
        }
    }
}
