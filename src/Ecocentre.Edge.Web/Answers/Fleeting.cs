namespace Ecocentre.Edge.Web.Answers;

/// <summary>A representation that is seldom asked for, of what hardly changes: drawn when it is asked for, and again when its room was needed
/// meanwhile.</summary>
/// <remarks>Any thread.</remarks>
/// <param name="draw">Any thread.</param>
internal sealed class Fleeting(Func<Representation> draw)
{
    private readonly Lock _gate = new();
    private readonly WeakReference<Representation?> _drawn = new(null);

    /// <summary>Drawn, by one asker at a time.</summary>
    internal Representation Now
    {
        get
        {
            lock (_gate)
            {
                if (_drawn.TryGetTarget(out var drawn)) return drawn;
                _drawn.SetTarget(drawn = draw());
                return drawn;
            }
        }
    }
}
