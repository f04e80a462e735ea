using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>A model that a device looks like.</summary>
/// <param name="Found">What each look showed, in the model's order: <c>register 0: 230.2 V</c>.</param>
/// <param name="Exact">Looks at one certain content that held; more of them make a surer match.</param>
public sealed record ModelMatch(MeterModel Model, ImmutableArray<string> Found, int Exact);

/// <summary>Finds out who is on a bus: which unit ids answer, and which models of the catalogue each looks like. It only reads.</summary>
/// <remarks>One question at a time; the transport must not be in use by meters meanwhile.</remarks>
public sealed class ModelProbe(ModbusTransport transport, MeterCatalogue catalogue)
{
    // A device that ignores the first three different questions is not there, or will not talk to us.
    private const int SilenceMax = 3;

    /// <summary>Whether a device answers at a unit id, be it with a refusal.</summary>
    /// <returns>Null when it does; else the fault, by which an empty unit id (<see cref="FaultKind.NoAnswer"/>) differs from a bus that is
    /// gone.</returns>
    public async ValueTask<Fault?> AnswersAsync(byte unit, CancellationToken cancellation)
    {
        // Two registers, because some meters answer only even numbers of them.
        var fault = await transport.ReadAsync(new ModbusRead(unit, RegisterTable.Holding, 0, 2), new ushort[2], cancellation);
        return IsAnswer(fault) ? null : fault;
    }

    /// <summary>The models that the device at a unit id looks like, the surest first: those recognised by more certain contents, then by
    /// more looks.</summary>
    /// <remarks>Models without anything to recognise them by are never among them. Empty when the device does not answer.</remarks>
    public async ValueTask<ImmutableArray<ModelMatch>> MatchAsync(byte unit, CancellationToken cancellation)
    {
        var device = new Looks(transport, unit);
        var matches = new List<ModelMatch>();
        // Meters of fixed addresses first: the walk for SunSpec models asks questions that others may ignore.
        foreach (var model in catalogue.Models.Where(m => m.SunSpecIds.IsEmpty && !m.Probe.IsEmpty))
            if (await MatchAsync(device, model, 0, cancellation) is { } match) matches.Add(match);
        var sunSpec = catalogue.Models.Where(m => !m.SunSpecIds.IsEmpty).ToArray();
        if (sunSpec.Length > 0 && await WalkAsync(device, cancellation) is { } walk)
            foreach (var model in sunSpec)
                if (walk.AddressOf(model.SunSpecIds) is { } start && await MatchAsync(device, model, start, cancellation) is { } match)
                    matches.Add(match);
        return
        [
            .. matches.OrderByDescending(m => m.Exact).ThenByDescending(m => m.Found.Length).ThenBy(m => m.Model.Id, StringComparer.Ordinal),
        ];
    }

    private static bool IsAnswer(Fault? fault) => fault is null or { Kind: FaultKind.Refused, Exception: not (10 or 11) };

    private static async ValueTask<ModelMatch?> MatchAsync(Looks device, MeterModel model, int start, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        var exact = 0;
        if (!model.SunSpecIds.IsEmpty)
        {
            // Marker and model id are as certain as a name.
            exact++;
            found.Add($"SunSpec model at register {start}");
        }
        foreach (var step in model.Probe)
        {
            var words = await device.ReadAsync(step.Table, start + step.Address, step.Count, cancellation);
            if (words is null || !step.Holds(words, out var text)) return null;
            if (step.IsExact) exact++;
            found.Add($"register {start + step.Address}: {text}");
        }
        return new ModelMatch(model, found.ToImmutable(), exact);
    }

    private static async ValueTask<SunSpecWalk?> WalkAsync(Looks device, CancellationToken cancellation)
    {
        var walk = new SunSpecWalk();
        while (!walk.IsDone)
        {
            if (device.IsSilent) return null;
            walk.Take(await device.ReadAsync(RegisterTable.Holding, walk.Next, 2, cancellation));
        }
        return walk.HasMarker ? walk : null;
    }

    /// <summary>What one device answered so far: no question is asked twice.</summary>
    private sealed class Looks(ModbusTransport transport, byte unit)
    {
        private readonly Dictionary<(RegisterTable, int, int), ushort[]?> _seen = [];
        private bool _hasAnswered;
        private int _silences;

        /// <summary>It never answered at all.</summary>
        public bool IsSilent => !_hasAnswered && _silences >= SilenceMax;

        /// <summary>The registers, or null when they were refused or not answered.</summary>
        public async ValueTask<ushort[]?> ReadAsync(RegisterTable table, int address, int count, CancellationToken cancellation)
        {
            if (IsSilent || address + count > 0x1_0000) return null;
            if (_seen.TryGetValue((table, address, count), out var known)) return known;
            var words = new ushort[count];
            var fault = await transport.ReadAsync(new ModbusRead(unit, table, (ushort)address, (ushort)count), words, cancellation);
            if (IsAnswer(fault)) _hasAnswered = true;
            else _silences++;
            return _seen[(table, address, count)] = fault is null ? words : null;
        }
    }
}
