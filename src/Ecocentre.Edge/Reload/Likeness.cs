using System.Collections;
using System.Reflection;

namespace Ecocentre.Edge.Reload;

/// <summary>Whether two pieces of plain data say the same, member by member: what a site declares is nested records, whose collections compare by
/// reference.</summary>
internal static class Likeness
{
    // Nothing that a site declares is nested nearly as deep.
    private const int DepthMax = 32;

    // Where the file speaks of a thing is not what it says: a bus that is put in before others moves them.
    private static readonly string[] LeftOut = ["<JsonPath>k__BackingField", "<EqualityContract>k__BackingField"];

    internal static bool Of(object? one, object? other) => Of(one, other, 0);

    private static bool Of(object? one, object? other, int depth)
    {
        if (ReferenceEquals(one, other)) return true;
        if (one is null || other is null || one.GetType() != other.GetType()) return false;
        if (depth > DepthMax) throw new InvalidOperationException($"BUG: {one.GetType().Name} is nested too deeply to be compared.");
        var type = one.GetType();
        if (one is IDictionary map) return Of(map, (IDictionary)other, depth);
        if (one is IEnumerable items and not string) return Of(items, (IEnumerable)other, depth);
        // What is not ours compares by itself, but for tuples, which may hold ours.
        if (type.Assembly != typeof(Likeness).Assembly && type.Namespace?.StartsWith("Ecocentre", StringComparison.Ordinal) != true
            && type.FullName?.StartsWith("System.ValueTuple", StringComparison.Ordinal) != true) return one.Equals(other);
        if (type.IsEnum) return one.Equals(other);
        foreach (var field in Fields(type))
            if (!LeftOut.Contains(field.Name) && !Of(field.GetValue(one), field.GetValue(other), depth + 1)) return false;
        return true;
    }

    private static bool Of(IDictionary one, IDictionary other, int depth)
    {
        if (one.Count != other.Count) return false;
        foreach (DictionaryEntry pair in one)
            if (!other.Contains(pair.Key) || !Of(pair.Value, other[pair.Key], depth + 1)) return false;
        return true;
    }

    private static bool Of(IEnumerable one, IEnumerable other, int depth)
    {
        if (IsDefault(one) || IsDefault(other)) return IsDefault(one) && IsDefault(other);
        object?[] items = [.. one.Cast<object?>()], others = [.. other.Cast<object?>()];
        return items.Length == others.Length && items.Zip(others).All(pair => Of(pair.First, pair.Second, depth + 1));
    }

    /// <summary>An immutable array that was never set cannot be enumerated.</summary>
    private static bool IsDefault(IEnumerable items) => items.GetType().GetProperty("IsDefault")?.GetValue(items) is true;

    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
            foreach (var field in level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                yield return field;
    }
}
