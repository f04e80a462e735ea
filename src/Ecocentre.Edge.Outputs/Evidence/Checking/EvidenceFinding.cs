namespace Ecocentre.Edge.Outputs.Evidence.Checking;

/// <summary>Something that is not as it was written, or is worth knowing, in words for the operator.</summary>
/// <param name="IsDamage">False: nothing is wrong with the evidence.</param>
/// <param name="Where">File and place in it.</param>
/// <param name="Problem">What is found.</param>
/// <param name="Meaning">What it means for the evidence.</param>
/// <param name="Remedy">What to do.</param>
public sealed record EvidenceFinding(bool IsDamage, string Where, string Problem, string Meaning, string Remedy)
{
    public override string ToString() => $"{Where}: {Problem} {Meaning} {Remedy}";
}

/// <summary>A part of a data folder that was looked at.</summary>
/// <param name="Part"><c>log</c>, <c>archive</c> …</param>
/// <param name="Looked">How much of it, in words.</param>
public sealed record EvidencePart(string Part, string Looked);
