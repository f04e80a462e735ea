using System.Collections.Frozen;
using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>A type of meter as its file in <c>config/meters</c> describes it: where it keeps which quantity. Immutable; any
/// thread.</summary>
/// <remarks>How one of them is mounted (direction, transformers, unit id) is the installation's matter: <see
/// cref="MeterOptions"/>.</remarks>
public sealed record MeterModel
{
    /// <summary>File name without <c>.json</c>; what a site file names it by.</summary>
    public required string Id { get; init; }

    public required string Brand { get; init; }

    /// <summary>The maker's own names of the models this file fits; at least one.</summary>
    public required ImmutableArray<string> Models { get; init; }

    public required MeterSource Source { get; init; }

    /// <summary>Factory settings of its serial port, or null for a meter without one.</summary>
    public SerialDefaults? Serial { get; init; }

    public required ReadLimits Read { get; init; }

    /// <summary>Silence the meter wants before each request, or null where 3.5 characters do.</summary>
    public TimeSpan? FrameDelay { get; init; }

    /// <summary>How long it may take to answer, or null for the bus's own timeout.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What must all hold for a device to look like this model.</summary>
    public ImmutableArray<ProbeStep> Probe { get; init; } = [];

    /// <summary>SunSpec model ids of which the first found is this meter; all registers are then offsets from that model's ID register.
    /// Empty for meters with fixed addresses.</summary>
    public ImmutableArray<int> SunSpecIds { get; init; } = [];

    /// <summary>By name of the quantity.</summary>
    public required FrozenDictionary<string, MeterPoint> Points { get; init; }

    /// <summary>Sentences for the electrician.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Registers with the values they must decode to.</summary>
    public required MeterCapture Capture { get; init; }

    /// <summary>What was tried: name of the check to <c>done</c>, <c>todo: …</c> or <c>exempt: …</c>.</summary>
    public required FrozenDictionary<string, string> Checks { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="mistakes">Receives everything wrong with it.</param>
    /// <returns>Null when there was a mistake.</returns>
    public static MeterModel? Load(string file, List<Mistake> mistakes)
    {
        try
        {
            return MeterModelFile.Parse(Path.GetFileName(file), File.ReadAllText(file), mistakes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add(new Mistake(file, "$", $"cannot be read: {e.Message}", "Check the path and its permissions."));
            return null;
        }
    }
}

/// <summary>Where a model's register numbers come from.</summary>
/// <param name="Evidence">How far they were checked: <c>maker's document</c>, <c>two independent sources</c> or <c>one source</c>.</param>
public sealed record MeterSource(string Title, string Revision, string Link, string Evidence);

/// <summary>How a meter's serial port leaves the factory.</summary>
/// <param name="Unit">Unit id, 1 to 247.</param>
public sealed record SerialDefaults(int Baud, Parity Parity, int StopBits, byte Unit);

/// <summary>One look at a device: a register holds a number in a range, a certain number, or a text.</summary>
/// <param name="Address">As for <see cref="MeterPoint.Registers"/>.</param>
/// <param name="Count">Registers to read.</param>
/// <param name="Factor">The number is multiplied with it before comparing; in the unit of the file.</param>
/// <param name="Min">Smallest number, included.</param>
/// <param name="Max">Largest number, included; equal to <paramref name="Min"/> where one certain number is wanted.</param>
/// <param name="Text">ASCII the registers must begin with, two characters a register, high byte first; letter case, blanks and NUL do not
/// count. Null when a number is looked at.</param>
public sealed record ProbeStep(
    RegisterTable Table, int Address, int Count, RegisterFormat Format, double Factor, double Min, double Max, string Unit, string? Text)
{
    /// <summary>Whether it asks for one certain content, which says more than a plausible range.</summary>
    public bool IsExact => Text is not null || Min == Max;

    /// <summary>Looks at the registers.</summary>
    /// <param name="found">What stood there, for people.</param>
    public bool Holds(ReadOnlySpan<ushort> words, out string found)
    {
        if (Text is not null)
        {
            var characters = new char[Count * 2];
            for (var i = 0; i < Count; i++) (characters[2 * i], characters[2 * i + 1]) = ((char)(words[i] >> 8), (char)(words[i] & 0xFF));
            var text = new string(characters);
            found = $"\"{new string([.. text.TrimEnd('\0', ' ').Select(c => c is >= ' ' and <= '~' ? c : '?')])}\"";
            return Plain(text).StartsWith(Plain(Text), StringComparison.OrdinalIgnoreCase);
        }
        var number = RegisterDecoder.Number(words, Format) * Factor;
        found = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{number:0.###} {Unit}").TrimEnd();
        return number >= Min && number <= Max;
    }

    private static string Plain(string text) => text.Replace("\0", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
}

/// <summary>Registers as they stood, or as the maker's table says they would, and what they mean.</summary>
/// <param name="From">Bench, site, or the maker's table; with date and firmware where there was a device.</param>
/// <param name="Registers">Words by table and address; every number of <paramref name="Expect"/> is covered.</param>
/// <param name="Expect">By name of the quantity, in its canonical unit.</param>
public sealed record MeterCapture(
    string From, FrozenDictionary<(RegisterTable Table, int Address), ushort> Registers, FrozenDictionary<string, double> Expect);
