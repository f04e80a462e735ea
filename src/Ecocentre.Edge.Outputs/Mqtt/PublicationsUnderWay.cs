namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>What was handed to the broker and not yet acknowledged, given up one by one when its time is over. Belongs to the link's
/// thread.</summary>
internal sealed class PublicationsUnderWay(TimeSpan timeout, TimeProvider time)
{
    private readonly Dictionary<int, Publication> _byId = [];

    // All have the same time to be acknowledged, so the order of sending is the order of giving up.
    private readonly Queue<(int Id, Publication Publication, long Sent)> _bySent = new();

    public int Count => _byId.Count;

    /// <summary>Given up since the last acknowledgement.</summary>
    public int TimeoutsInRow { get; private set; }

    public void Add(int id, Publication publication) => Add(id, publication, time.GetTimestamp());

    /// <param name="sent">When it was handed over; not before that of those before it.</param>
    public void Add(int id, Publication publication, long sent)
    {
        _byId[id] = publication;
        _bySent.Enqueue((id, publication, sent));
    }

    /// <summary>The broker has answered for a message; one already given up is not known any more.</summary>
    public void Acknowledge(int id, int reason)
    {
        TimeoutsInRow = 0;
        if (_byId.Remove(id, out var publication))
            publication.Complete(reason < Libmosquitto.ReasonFailure
                ? null
                : $"The broker refuses the message to {publication.Message.Topic}: {Libmosquitto.Reason(reason)}.");
    }

    public void GiveUpLate()
    {
        while (_bySent.TryPeek(out var next))
        {
            if (!next.Publication.IsCompleted)
            {
                if (time.GetElapsedTime(next.Sent) < timeout) return;
                next.Publication.Complete($"The broker has not acknowledged within {timeout.TotalSeconds} s.");
                TimeoutsInRow++;
            }
            _bySent.Dequeue();
            // Cancelled ones are still here; a later message may have got the same id.
            if (_byId.TryGetValue(next.Id, out var known) && known == next.Publication) _byId.Remove(next.Id);
        }
    }

    /// <summary>The connection is gone.</summary>
    public void FailAll(string trouble)
    {
        foreach (var publication in _byId.Values) publication.Complete(trouble);
        _byId.Clear();
        _bySent.Clear();
        TimeoutsInRow = 0;
    }

    /// <summary>How long to wait for the next one's time, in whole milliseconds.</summary>
    public int MillisecondsToNext(int max) => _bySent.TryPeek(out var next)
        ? (int)Math.Clamp(Math.Ceiling((timeout - time.GetElapsedTime(next.Sent)).TotalMilliseconds), 0, max)
        : max;
}
