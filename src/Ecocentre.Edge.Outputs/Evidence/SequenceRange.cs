namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Consecutive sequence numbers, both ends included; empty when <paramref name="Last"/> lies before <paramref name="First"/>.
/// The default value is not a range.</summary>
public readonly record struct SequenceRange(long First, long Last)
{
    public long Count => Last - First + 1;

    public bool IsEmpty => Last < First;

    public override string ToString() => $"{First}..{Last}";
}
