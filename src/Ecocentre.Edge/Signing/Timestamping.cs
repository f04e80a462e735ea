using System.Text;
using System.Threading.Channels;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.Evidence.Archive;

namespace Ecocentre.Edge.Signing;

/// <summary>Has each signed head stamped by an authority, beside the gateway's work: what fails is tried again, until a newer head is there.</summary>
/// <remarks>What is stamped is the whole note as it lies beside the day; the answer lies beside it as <c>.tsr</c>.</remarks>
internal sealed class Timestamping(TimestampAuthority authority, EvidenceArchive archive, OutsideCopies outside)
{
    private readonly Channel<(SignedNote Note, SealedDay Day)> _heads =
        Channel.CreateBounded<(SignedNote, SealedDay)>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private string? _trouble;

    /// <summary>Why the newest head has no stamp yet, in words, or null.</summary>
    internal string? Trouble => Volatile.Read(ref _trouble);

    /// <summary>Hands over the newest head. Any thread; returns at once.</summary>
    internal void Offer(SignedNote note, SealedDay day) => _heads.Writer.TryWrite((note, day));

    /// <summary>Runs until cancelled; ends quietly then.</summary>
    internal async Task RunAsync(TimeProvider time, Random jitter, CancellationToken cancellation)
    {
        var backoff = new Backoff(time, jitter);
        try
        {
            while (await _heads.Reader.WaitToReadAsync(cancellation))
            {
                if (!_heads.Reader.TryRead(out var head)) continue;
                while (!await IsStampedAsync(head.Note, head.Day, cancellation))
                {
                    await backoff.WaitAsync(null, cancellation);
                    if (_heads.Reader.TryRead(out var newer)) head = newer;
                }
                backoff.Reset();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> IsStampedAsync(SignedNote note, SealedDay day, CancellationToken cancellation)
    {
        var content = Encoding.UTF8.GetBytes(note.ToString());
        var path = archive.PathOf(day.Day, "tsr");
        try
        {
            var stamp = File.Exists(path) ? authority.Read(content, await File.ReadAllBytesAsync(path, cancellation)) : null;
            if (stamp is null)
            {
                stamp = await authority.StampAsync(content, cancellation);
                OwnedFile.Write(path, stamp.Answer);
            }
            outside.Stamped(Checkpoint.Parse(note.Text).Size, stamp.At);
            Volatile.Write(ref _trouble, null);
            return true;
        }
        catch (Exception e) when (e is TimestampRefusedException or IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref _trouble, $"The checkpoint of {day.Day:yyyy-MM-dd} has no time stamp yet: {e.Message}");
            return false;
        }
    }
}
