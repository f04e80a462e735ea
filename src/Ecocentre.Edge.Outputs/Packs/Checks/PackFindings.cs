using System.Collections.Immutable;

namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>What checking a pack found. Immutable.</summary>
/// <param name="About">Null when the pack does not even say what it is.</param>
/// <param name="Checks">What was looked at, in order.</param>
/// <param name="Faults">What is wrong; empty: the pack holds.</param>
/// <param name="FaultsLeftOut">More of them than are listed.</param>
/// <param name="Remarks">What could not be checked, and why; what somebody has to know who relies on the pack.</param>
public sealed record PackFindings(
    PackAbout? About, ImmutableArray<PackCheck> Checks, ImmutableArray<PackFault> Faults, int FaultsLeftOut, ImmutableArray<string> Remarks)
{
    /// <summary>What this program cannot settle either way, and what can; empty: it settled everything that it looked at.</summary>
    public ImmutableArray<string> Open { get; init; } = [];

    /// <summary>Nothing is wrong.</summary>
    public bool IsGood => Faults.IsEmpty;
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Text">What was looked at, with numbers.</param>
public sealed record PackCheck(string Name, bool IsGood, string Text)
{
    /// <summary>Nothing of it is wrong, and something of it is not settled.</summary>
    public bool IsOpen { get; init; }
}

/// <summary>Something is wrong.</summary>
/// <param name="Check">What found it.</param>
/// <param name="Where">File, line, byte, leaf or verdict.</param>
/// <param name="Text">What is wrong, to be read after the place.</param>
public sealed record PackFault(string Check, string Where, string Text);

/// <summary>What whoever checks a pack knows beside it.</summary>
public sealed record PackTrust
{
    /// <summary>SHA-256 of the public key (DER) that the centre's evidence is known to be signed with, or null when nobody said.</summary>
    public Ecocentre.Edge.Evidence.Tree.TreeHash? Fingerprint { get; init; }

    /// <summary>A signed note of the same log that was kept from earlier, or null.</summary>
    public string? OldCheckpoint { get; init; }

    /// <summary>Looks at a time stamp: given what should be stamped and the authority's answer. Null: time stamps are not looked at.</summary>
    public Func<byte[], byte[], StampFinding>? LookAtStamp { get; init; }
}

/// <summary>What looking at a time stamp found.</summary>
/// <param name="Text">What was looked at, or what is wrong.</param>
/// <param name="IsWrong">It does not stamp what it should, or is not genuine.</param>
/// <param name="Remark">What was not looked at, and why; or null.</param>
public sealed record StampFinding(string Text, bool IsWrong = false, string? Remark = null);
