using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>The kernel's picture of a serial port (uapi asm-generic/termbits.h, struct termios2): 44 bytes on every 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Termios
{
    // NCCS of the kernel, not the C library's 32.
    public const int CharactersCount = 19;

    public const nuint Get = 0x802C542A;
    public const nuint Set = 0x402C542B;

    public const uint IgnoreParityErrors = 4;
    public const uint CheckParity = 0x10;
    public const uint OtherSpeed = 0x1000;
    public const int InputSpeedShift = 16;
    public const uint EightBits = 0x30;
    public const uint TwoStopBits = 0x40;
    public const uint EnableReceiver = 0x80;
    public const uint EnableParity = 0x100;
    public const uint OddParity = 0x200;
    public const uint IgnoreModemLines = 0x800;
    public const int MinimumIndex = 6;

    public uint InputFlags;
    public uint OutputFlags;
    public uint ControlFlags;
    public uint LocalFlags;
    public byte Discipline;
    public fixed byte Characters[CharactersCount];
    public uint InputSpeed;
    public uint OutputSpeed;

    /// <summary>Raw bytes in both directions at any speed. Characters with a wrong parity bit are dropped: the frame's length and CRC show it.</summary>
    public static Termios Raw(SerialSettings settings)
    {
        var wanted = new Termios
        {
            InputFlags = settings.Parity == Parity.None ? 0 : CheckParity | IgnoreParityErrors,
            ControlFlags = EightBits | EnableReceiver | IgnoreModemLines | OtherSpeed | (OtherSpeed << InputSpeedShift),
            InputSpeed = (uint)settings.Baud,
            OutputSpeed = (uint)settings.Baud,
        };
        if (settings.Parity != Parity.None)
            wanted.ControlFlags |= EnableParity;
        if (settings.Parity == Parity.Odd)
            wanted.ControlFlags |= OddParity;
        if (settings.StopBits == 2)
            wanted.ControlFlags |= TwoStopBits;
        wanted.Characters[MinimumIndex] = 1;
        return wanted;
    }

    /// <summary>What differs between this, read back from the driver, and what was asked; null when nothing does. A driver takes an impossible
    /// speed without an error and keeps another one.</summary>
    /// <param name="isPseudo">Pseudo-terminals drop parity, which means nothing on them.</param>
    public readonly string? DifferenceFrom(SerialSettings asked, bool isPseudo)
    {
        // 2 %: the last bit of an 11-bit character is then read less than a quarter of a bit off its middle.
        if (Math.Abs((double)OutputSpeed - asked.Baud) > 0.02 * asked.Baud)
            return $"{OutputSpeed} baud";
        var parity = (ControlFlags & EnableParity) == 0 ? Parity.None : (ControlFlags & OddParity) == 0 ? Parity.Even : Parity.Odd;
        if (parity != asked.Parity && !isPseudo)
            return $"parity {parity.ToString().ToLowerInvariant()}";
        var stopBits = (ControlFlags & TwoStopBits) == 0 ? 1 : 2;
        return stopBits == asked.StopBits ? null : $"{stopBits} stop bit(s)";
    }
}
