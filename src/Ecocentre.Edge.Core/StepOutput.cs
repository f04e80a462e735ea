using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge;

/// <summary>What a step brought: windows closed or revised, and incidents. Both in a fixed order, so that the same input gives the same output:
/// revisions by point and start, then minutes by start and point, and longer windows where their last minute became final. The default value and
/// an empty step bring nothing.</summary>
public readonly record struct StepOutput(ImmutableArray<Aggregate> Windows, ImmutableArray<Incident> Incidents)
{
    public static StepOutput Empty { get; } = new([], []);

    public bool IsEmpty => Windows.IsDefaultOrEmpty && Incidents.IsDefaultOrEmpty;
}
