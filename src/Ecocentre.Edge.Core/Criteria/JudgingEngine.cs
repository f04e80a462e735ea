namespace Ecocentre.Edge.Criteria;

/// <summary>Which reckoning judges: a verdict is judged again bit for bit only by the engine that gave it.</summary>
/// <remarks>It stands in every <see cref="Evidence.ConfigurationRecord"/>, so that whoever judges again with another engine is told so, and which release
/// to take, instead of being told of a forgery. A test holds a digest of verdicts of a fixed case against it.</remarks>
public static class JudgingEngine
{
    /// <summary>Raised by one whenever the same windows and records may give another figure, level or word.</summary>
    public const int Version = 2;
}
