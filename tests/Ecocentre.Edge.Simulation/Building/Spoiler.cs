using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation.Building;

/// <summary>Decides what goes wrong with each reply on a wire, while faults are allowed.</summary>
internal sealed class Spoiler(Agenda agenda, Scenario scenario, Random random, Action<string> injected)
{
    // 4: server device failure, 6: server device busy (MODBUS Application Protocol V1.1b3, 7): they say nothing about the registers.
    private static readonly byte[] Exceptions = [4, 6];

    public WireFault OnSerialLine(ModbusRead request) => Draw(scenario.Wire);

    /// <summary>A network's own checksums leave no bit flipped and no byte out.</summary>
    public WireFault OnNetwork(ModbusRead request) => Draw(scenario.Wire with { Flipped = 0, Truncated = 0 });

    private WireFault Draw(WireTrouble trouble)
    {
        // Always as many draws, so that a world with one kind of fault less has the same others.
        var which = random.NextDouble();
        var at = random.Next();
        // From well within the timeout to just within the time for which a late reply is waited for: in RTU nothing tells one that is later still
        // from the answer to the next request.
        var delay = TimeSpan.FromMilliseconds(50 + 1250 * random.NextDouble());
        if (agenda.Now < scenario.FaultsFrom.Ticks || agenda.Now >= scenario.FaultsTo.Ticks) return default;
        var (kind, fault) = Fault(trouble, which, at, delay);
        if (kind is not null) injected(kind);
        return fault;
    }

    private static (string? Kind, WireFault Fault) Fault(WireTrouble trouble, double which, int at, TimeSpan delay)
    {
        if ((which -= trouble.Silent) < 0) return ("Silent", new WireFault(WireFaultKind.Silent));
        if ((which -= trouble.Late) < 0) return ("LateReply", new WireFault(WireFaultKind.None, delay));
        if ((which -= trouble.Truncated) < 0) return ("HalfFrame", new WireFault(WireFaultKind.Truncated, At: at));
        if ((which -= trouble.Flipped) < 0) return ("CorruptedFrame", new WireFault(WireFaultKind.Flipped, At: at));
        if ((which -= trouble.Refused) < 0) return ("Refused", new WireFault(WireFaultKind.Refused, Exception: Exceptions[at % Exceptions.Length]));
        return which - trouble.WrongUnit < 0 ? ("WrongUnit", new WireFault(WireFaultKind.WrongUnit, At: at)) : default;
    }
}
