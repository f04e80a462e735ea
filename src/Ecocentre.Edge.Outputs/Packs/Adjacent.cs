namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>Groups what follows each other, without holding more than a group.</summary>
internal static class Adjacent
{
    internal static IEnumerable<IReadOnlyList<T>> GroupAdjacent<T, TKey>(this IEnumerable<T> items, Func<T, TKey> key)
    {
        List<T> group = [];
        foreach (var item in items)
        {
            if (group.Count > 0 && !EqualityComparer<TKey>.Default.Equals(key(group[^1]), key(item)))
            {
                yield return group;
                group = [];
            }
            group.Add(item);
        }
        if (group.Count > 0) yield return group;
    }
}
