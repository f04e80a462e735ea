namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>A pack is not as it was written.</summary>
/// <param name="where">The file in it, with line or byte where that is known.</param>
/// <param name="text">What is wrong, to be read after the place.</param>
public sealed class PackException(string where, string text) : Exception($"{where}: {text}")
{
    public string Where => where;

    public string Text => text;
}
