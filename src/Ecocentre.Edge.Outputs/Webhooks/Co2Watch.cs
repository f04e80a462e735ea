using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Webhooks;

/// <summary>On which side of the limit the CO2 of one point is, and since when. One thread.</summary>
internal sealed class Co2Watch
{
    private long _sequence;
    private bool _known;

    /// <summary>The last minute was above.</summary>
    internal bool Above { get; private set; }

    /// <summary>Start of the first minute of those in a row on that side.</summary>
    internal Instant Since { get; private set; }

    /// <summary>Takes a minute; one that was taken before changes nothing.</summary>
    internal void Look(long sequence, bool above, Instant start)
    {
        if (sequence <= _sequence) return;
        _sequence = sequence;
        if (_known && above == Above) return;
        (_known, Above, Since) = (true, above, start);
    }
}
