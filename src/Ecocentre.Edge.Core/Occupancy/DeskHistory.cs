using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Occupancy;

/// <summary>The newest changes of desks in one gapless sequence: what long polls, streams and webhooks are told from. A change is the status it led
/// to, numbered by <see cref="DeskStatus.Sequence"/>.</summary>
/// <remarks>One thread appends, any may read. What is older than <see cref="Keep"/> is forgotten by <see cref="Forget"/>,
/// which its owner calls once a beat, and so is the oldest when there are more than the bound: nobody can ask for it any more (privacy, memory).</remarks>
/// <param name="changesMax">Most changes held.</param>
public sealed class DeskHistory(int changesMax = DeskHistory.ChangesMax)
{
    /// <summary>How long a change may be read, whatever happens: DESIGN part 11.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromHours(24);

    /// <summary>128 desks that each change once in three minutes fill a day with this; 4 MB.</summary>
    public const int ChangesMax = 1 << 16;

    private readonly Lock _gate = new();
    // A ring that doubles until it holds the bound: change n stands at n modulo its length, which is a power of two.
    private DeskStatus[] _changes = new DeskStatus[16];
    private int _count;
    private long _head;

    /// <summary>Sequence of the newest change, 0 before the first.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>Sequence of the oldest change held, <see cref="Head"/> + 1 while none is.</summary>
    public long Tail
    {
        get
        {
            lock (_gate) return _head - _count + 1;
        }
    }

    /// <summary>Adds the next change. One that does not follow the newest (the log lost some) begins anew: what came before is forgotten, so that no
    /// reader takes the hole for a gapless stretch.</summary>
    /// <exception cref="ArgumentException">Its sequence is not higher than the newest: a bug of the caller.</exception>
    public void Append(in DeskStatus change)
    {
        lock (_gate)
        {
            if (change.Sequence <= _head) throw new ArgumentException($"BUG: change {change.Sequence} of a desk comes after {_head}.", nameof(change));
            if (change.Sequence != _head + 1) _count = 0;
            if (_count == _changes.Length && _count < changesMax) Grow();
            At(change.Sequence) = change;
            _count = Math.Min(_count + 1, Math.Min(_changes.Length, changesMax));
            Volatile.Write(ref _head, change.Sequence);
        }
    }

    /// <summary>Sequences up to this were given, but their changes are not known any more: who knows the newest of them goes on from there.</summary>
    public void SkipTo(long sequence)
    {
        lock (_gate)
        {
            if (sequence <= _head) return;
            _count = 0;
            Volatile.Write(ref _head, sequence);
        }
    }

    /// <summary>Forgets what began longer ago than <see cref="Keep"/>.</summary>
    public void Forget(Instant now)
    {
        var oldest = now - Keep;
        lock (_gate)
            while (_count > 0 && At(_head - _count + 1).Since < oldest) At(_head - _count-- + 1) = default;
    }

    /// <summary>Changes after a sequence, in order.</summary>
    /// <param name="after">The last sequence the reader knows; 0 from the beginning.</param>
    /// <param name="changesMax">Most to return, at least 1.</param>
    public DeskChanges After(long after, int changesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(changesMax, 1);
        lock (_gate)
        {
            if (after > _head || after < _head - _count) return new DeskChanges([], IsGapless: false, _head);
            var changes = new DeskStatus[Math.Min(changesMax, _head - after)];
            for (var i = 0; i < changes.Length; i++) changes[i] = At(after + 1 + i);
            return new DeskChanges(ImmutableCollectionsMarshal.AsImmutableArray(changes), IsGapless: true, _head);
        }
    }

    private ref DeskStatus At(long sequence) => ref _changes[sequence & (_changes.Length - 1)];

    private void Grow()
    {
        var old = _changes;
        _changes = new DeskStatus[old.Length * 2];
        for (var sequence = _head - _count + 1; sequence <= _head; sequence++) At(sequence) = old[sequence & (old.Length - 1)];
    }
}

/// <summary>What a reader of <see cref="DeskHistory"/> gets.</summary>
/// <param name="Changes">Consecutive sequences, beginning with the one after that asked for; empty when there is none.</param>
/// <param name="IsGapless">False when changes after the one asked for are forgotten, or the sequence asked for was never given: the reader must begin
/// again with the present state of all desks.</param>
/// <param name="Head">Sequence of the newest change at that moment.</param>
public readonly record struct DeskChanges(ImmutableArray<DeskStatus> Changes, bool IsGapless, long Head);
