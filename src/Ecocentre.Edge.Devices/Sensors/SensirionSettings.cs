namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>Settings of one start of a chip: read first, written only where the site declares something else, and read back.</summary>
/// <param name="execution">How long the chip takes for either.</param>
internal sealed class SensirionSettings(SensirionChip chip, TimeSpan execution)
{
    private readonly List<string> _differences = [];

    /// <summary>Something was written that the chip did not have.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>What the chip would not take, one sentence each; null when it took everything.</summary>
    public string? Differences => _differences.Count == 0 ? null : string.Join(" ", _differences);

    /// <param name="what">The setting's name, for people.</param>
    /// <param name="wanted">What the site declares; null where it says nothing.</param>
    /// <returns>What the chip has.</returns>
    /// <exception cref="SensorFaultException">The wire said no.</exception>
    public async ValueTask<ushort> SettleAsync(string what, ushort get, ushort set, ushort? wanted, CancellationToken cancellation)
    {
        var has = await chip.AskWordAsync(get, execution, cancellation);
        if (wanted is not { } value || has == value) return has;
        HasChanged = true;
        await chip.SendAsync(set, execution, cancellation, value);
        has = await chip.AskWordAsync(get, execution, cancellation);
        if (has != value) Differ($"its {what} stays at {has} though {value} was set.");
        return has;
    }

    public void Differ(string sentence) => _differences.Add(sentence);
}
