namespace Ecocentre.Edge.Criteria;

/// <summary>When a space was occupied in a local day: measured presence where it is known, else opening hours. Which of them is kept for every
/// slot.</summary>
/// <remarks>Presence is looked at by quarter hours at the finest (<see cref="Occupancy.OccupancyHistory.Finest"/>), because only these leave the gateway and
/// whoever judges again must see what was judged by: a slot that is no multiple of one takes the quarter hour in which it begins.</remarks>
internal sealed class OccupiedTime(DayTracks day, TrackTable table, LabelProfile profile)
{
    /// <summary>Quantity of the points that tell of a space; its windows say which share of the known time somebody was there.</summary>
    internal const string Quantity = "presence";

    private readonly Dictionary<(string? Space, int Minutes), OccupiedSlots> _known = [];

    /// <summary>Windows came: what was found is found again when it is asked for.</summary>
    internal void Renew()
    {
        foreach (var slots in _known.Values) slots.IsStale = true;
    }

    /// <summary>The slots of a space; of the centre with null: occupied as soon as one of its spaces is.</summary>
    internal OccupiedSlots Of(string? space, int minutes)
    {
        if (!_known.TryGetValue((space, minutes), out var slots)) _known[(space, minutes)] = slots = new OccupiedSlots(day.IsOpen(minutes));
        if (slots.IsStale) Find(slots, space, minutes);
        return slots;
    }

    private void Find(OccupiedSlots slots, string? space, int minutes)
    {
        var length = minutes % TrackTable.QuarterMinutes == 0 ? minutes : TrackTable.QuarterMinutes;
        var series = table.Presence(space).Select(track => day.Series(track, length)).ToArray();
        var open = slots.IsOpen;
        for (var slot = 0; slot < slots.IsOpen.Length; slot++)
        {
            bool anyKnown = false, allKnown = series.Length > 0, anybody = false;
            var at = slot * minutes / length;
            foreach (var one in series)
            {
                var isKnown = one is not null && one.Coverage[at] >= profile.PresenceCoverageMin.Value && !double.IsNaN(one.Mean[at]);
                anyKnown |= isKnown;
                allKnown &= isKnown;
                anybody |= isKnown && one!.Mean[at] >= profile.PresenceShareMin.Value && one.Mean[at] > 0;
            }
            // Somebody seen is enough; nobody seen needs every sensor to have looked.
            slots.ByPresence[slot] = anybody || anyKnown && allKnown;
            slots.IsOccupied[slot] = anybody || !allKnown && open[slot];
        }
        slots.IsStale = false;
    }
}

/// <summary>By slot of the day: occupied, known by presence, within opening hours.</summary>
/// <param name="isOpen">The day's own; only read.</param>
internal sealed class OccupiedSlots(bool[] isOpen)
{
    internal readonly bool[] IsOccupied = new bool[isOpen.Length], ByPresence = new bool[isOpen.Length], IsOpen = isOpen;

    internal bool IsStale { get; set; } = true;
}
