namespace Ecocentre.Edge.Devices;

/// <summary>Why a poll brought less than asked.</summary>
/// <param name="Text">For people, with the numbers: what was asked of whom and what came back.</param>
/// <param name="Exception">The Modbus exception code when <paramref name="Kind"/> is <see cref="FaultKind.Refused"/>, else 0.</param>
public sealed record Fault(FaultKind Kind, string Text, byte Exception = 0);

/// <summary>The kinds of fault, by what to do about them.</summary>
public enum FaultKind : byte
{
    /// <summary>No answer in time: the device may be dead, slow, or at another address.</summary>
    NoAnswer = 1,

    /// <summary>The medium itself is gone: port unplugged, connection refused or closed.</summary>
    NoBus,

    /// <summary>Something answered, but not to what was asked: CRC, length, unit or function wrong.</summary>
    Garbled,

    /// <summary>The device understood and refused (Modbus exception).</summary>
    Refused,

    /// <summary>Not asked: the breaker holds the device back until its next probe.</summary>
    HeldBack,

    /// <summary>The caller gave up.</summary>
    Cancelled,

    /// <summary>Changes of an input line, or pulses, went by unseen; what was read is true, what was counted may be short.</summary>
    EdgesLost,

    /// <summary>The device's own code threw: a defect of ours, kept from the other devices of the bus.</summary>
    Defect,

    /// <summary>The device answered, and what it said of itself is bad: a fan that stands still, a dead gas cell, a setting it does not take. Its
    /// readings come all the same, with the quality they deserve.</summary>
    Unwell,
}
