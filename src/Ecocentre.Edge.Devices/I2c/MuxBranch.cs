namespace Ecocentre.Edge.Devices.I2c;

/// <summary>One of the eight branches of a TCA9548A multiplexer (Texas Instruments SCPS207, 9.5: one control byte, bit n opens branch n).</summary>
/// <param name="Address">Of the multiplexer: <see cref="AddressMin"/> to <see cref="AddressMax"/>, by its pins A0 to A2.</param>
/// <param name="Channel">0 to 7, as printed on the board: SD0/SC0 to SD7/SC7.</param>
public readonly record struct MuxBranch(byte Address, int Channel)
{
    /// <summary>Three address pins over 1110b (SCPS207, 9.5.2): at most eight multiplexers on a bus.</summary>
    public const byte AddressMin = 0x70, AddressMax = 0x77;

    /// <summary>The number of branches of a multiplexer.</summary>
    public const int Channels = 8;

    /// <summary>False for an address or a channel that no multiplexer has.</summary>
    public bool IsPossible => Address is >= AddressMin and <= AddressMax && Channel is >= 0 and < Channels;

    internal byte Mask => (byte)(1 << Channel);

    /// <summary><c>0x70:3</c>.</summary>
    public override string ToString() => $"0x{Address:X2}:{Channel}";
}
