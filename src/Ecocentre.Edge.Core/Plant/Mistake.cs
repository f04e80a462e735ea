namespace Ecocentre.Edge.Plant;

/// <summary>One thing wrong in a file that a person wrote: where it stands and what to do about it.</summary>
/// <param name="File">The file as the person named it.</param>
/// <param name="Path">Place in the file as a JSON path, <c>$.buses[1].devices[0].unit</c>.</param>
/// <param name="Problem">What is wrong, with the value found.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record Mistake(string File, string Path, string Problem, string Remedy)
{
    public override string ToString() => $"{File}: {Path}: {Problem} {Remedy}";
}
