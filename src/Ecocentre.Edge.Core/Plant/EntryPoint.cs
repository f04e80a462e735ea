namespace Ecocentre.Edge.Plant;

/// <summary>Something that people read or weigh and enter by hand: waste by kind, a gas meter without an output. Immutable. It is no
/// <see cref="Point"/>: nothing polls it, and it has no windows.</summary>
/// <param name="Name">Dotted, biggest word first, as in <c>waste.residual</c>; stands as subject in the log.</param>
/// <param name="Unit">As written by the site; what is entered is in this unit.</param>
/// <param name="Place">Id of the space it belongs to, or null for the whole centre.</param>
public sealed record EntryPoint(string Name, string Unit, EntryKind Kind, string? Place);

/// <summary>What the number of an entry means.</summary>
public enum EntryKind : byte
{
    /// <summary>So much since the entry before it: what a collection weighed.</summary>
    Amount,

    /// <summary>What a mechanical register showed; the difference of two entries counts.</summary>
    Register,
}
