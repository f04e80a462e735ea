using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>Asks a GPIO chip of Linux for input lines with both edges, or for an output line. What goes wrong is said with the path and the remedy.</summary>
internal static unsafe class GpioRequest
{
    // 1024: the most the kernel keeps (64 lines of 16). A single line's edges then have as much room as 64 lines'.
    private const uint EventsMax = 1024;

    private static readonly byte[] Consumer = Encoding.ASCII.GetBytes("ecocentre-edge");

    /// <returns>The file of the lines, owned by the caller; closing it frees them.</returns>
    /// <exception cref="IOException">The chip is missing or forbidden, a line is in use or not on it, or the chip cannot do what is asked.</exception>
    public static int Open(string path, ImmutableArray<LineSettings> lines)
    {
        ArgumentOutOfRangeException.ThrowIfZero(lines.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lines.Length, GpioLines.LinesMax);
        return Ask(path, [.. lines.Select(line => line.Offset)], Layout(path, lines));
    }

    /// <returns>The file of the line, owned by the caller; closing it frees it.</returns>
    /// <exception cref="IOException">The chip is missing or forbidden, or the line is in use, not on it, or an input only.</exception>
    public static int OpenOutput(string path, OutputSettings line) => Ask(path, [line.Offset], Layout(line));

    private static int Ask(string path, ImmutableArray<int> lines, GpioLayouts.Request request)
    {
        var chip = Libc.Open(path, Libc.ReadWrite | Libc.CloseOnExec);
        if (chip < 0)
            throw Failure(path, Marshal.GetLastPInvokeError());
        try
        {
            GpioLayouts.Chip told;
            if (Libc.Request(chip, GpioLayouts.GetChip, &told) < 0)
                throw Failure(path, Marshal.GetLastPInvokeError());
            foreach (var line in lines)
                if (line < 0 || line >= told.Lines)
                    throw new IOException($"{path}: line {line} is not on this chip ({Text(told.Label)}); it has lines 0 to {told.Lines - 1}.");
            if (lines.Distinct().Count() < lines.Length)
                throw new IOException($"{path}: line {lines.GroupBy(line => line).First(g => g.Count() > 1).Key} is asked for twice.");
            if (Libc.Request(chip, GpioLayouts.RequestLines, &request) < 0)
                throw Refusal(chip, path, lines, Marshal.GetLastPInvokeError());
            return request.File;
        }
        finally
        {
            _ = Libc.Close(chip);
        }
    }

    /// <summary>The request as the kernel wants it: what most lines have in common, and up to ten attributes for the others.</summary>
    /// <exception cref="IOException">The lines differ in more than ten ways.</exception>
    internal static GpioLayouts.Request Layout(string path, ImmutableArray<LineSettings> lines)
    {
        var request = new GpioLayouts.Request { LinesCount = (uint)lines.Length, EventsMax = EventsMax };
        for (var i = 0; i < lines.Length; i++)
            request.Offsets[i] = (uint)lines[i].Offset;
        Sign(ref request);
        var kinds = Masks(lines, FlagsOf);
        request.Config.Flags = kinds.MaxBy(kind => ulong.PopCount(kind.Mask)).Value;
        var attributes = new List<(uint Id, ulong Value, ulong Mask)>();
        foreach (var (value, mask) in kinds)
            if (value != request.Config.Flags)
                attributes.Add((GpioLayouts.FlagsAttribute, value, mask));
        foreach (var (value, mask) in Masks(lines, line => (ulong)line.Debounce.TotalMicroseconds))
            if (value > 0)
                attributes.Add((GpioLayouts.DebounceAttribute, value, mask));
        if (attributes.Count > GpioLayouts.AttributesMax)
            throw new IOException($"{path}: {lines.Length} lines in one request differ in {attributes.Count} ways, the kernel takes " +
                $"{GpioLayouts.AttributesMax}. Give more of them the same debounce.");
        request.Config.AttributesCount = (uint)attributes.Count;
        for (var i = 0; i < attributes.Count; i++)
            request.Config.Attributes[i] = new GpioLayouts.MaskedAttribute
            {
                Attribute = new GpioLayouts.Attribute { Id = attributes[i].Id, Value = attributes[i].Value },
                Mask = attributes[i].Mask,
            };
        return request;
    }

    /// <summary>The request for an output line, which is inactive as long as no attribute says otherwise.</summary>
    internal static GpioLayouts.Request Layout(OutputSettings line)
    {
        var request = new GpioLayouts.Request { LinesCount = 1 };
        request.Offsets[0] = (uint)line.Offset;
        Sign(ref request);
        request.Config.Flags = GpioLayouts.Output | (line.ActiveLow ? GpioLayouts.ActiveLow : 0) | (line.OpenDrain ? GpioLayouts.OpenDrain : 0);
        return request;
    }

    private static void Sign(ref GpioLayouts.Request request)
    {
        for (var i = 0; i < Consumer.Length; i++)
            request.Consumer[i] = Consumer[i];
    }

    /// <summary>An error of the system in words that say what to do.</summary>
    private static IOException Failure(string path, int error) => new(error switch
    {
        Libc.NoSuchFile or Libc.NoSuchDevice or Libc.NoSuchDeviceOrAddress =>
            $"{path}: no such GPIO chip. `ls /dev/gpiochip*` lists those that are there.",
        Libc.NoPermission or Libc.NotPermitted =>
            $"{path}: not allowed. Add the gateway's user to the group that owns it, usually `usermod -aG gpio USER`.",
        Libc.NotATerminal or Libc.InvalidArgument => $"{path}: not a GPIO chip.",
        _ => $"{path}: {Marshal.GetPInvokeErrorMessage(error)} (error {error}).",
    });

    private static IOException Refusal(int chip, string path, ImmutableArray<int> lines, int error)
    {
        if (error == Libc.Busy)
            foreach (var line in lines)
            {
                var told = new GpioLayouts.Line { Offset = (uint)line };
                if (Libc.Request(chip, GpioLayouts.GetLine, &told) == 0 && (told.Flags & GpioLayouts.Used) != 0)
                    return new IOException($"{path}: line {line} is in use by \"{Text(told.Consumer)}\". Stop that, or choose another line.");
            }
        return error switch
        {
            Libc.Busy => new IOException($"{path}: a line of {string.Join(", ", lines)} is in use."),
            // The kernel's word for a line that has no interrupt (gpiolib-cdev.c, edge_detector_setup).
            Libc.NoSuchDevice or Libc.NoSuchDeviceOrAddress => new IOException($"{path}: this chip cannot tell edges. Choose lines of another one."),
            // The kernel's word for a line that cannot be driven (gpiolib.c, gpiod_direction_output_raw_commit).
            Libc.InputOutput => new IOException($"{path}: line {lines[0]} cannot be driven. Choose another one."),
            Libc.InvalidArgument => new IOException($"{path}: the kernel refuses these lines; it must be 5.10 or newer (`uname -r`)."),
            _ => Failure(path, error),
        };
    }

    private static List<(ulong Value, ulong Mask)> Masks(ImmutableArray<LineSettings> lines, Func<LineSettings, ulong> valueOf) =>
        [.. lines.Select((line, index) => (Value: valueOf(line), Bit: 1ul << index)).GroupBy(line => line.Value)
            .Select(group => (group.Key, group.Aggregate(0ul, (mask, line) => mask | line.Bit)))];

    private static ulong FlagsOf(LineSettings line) =>
        GpioLayouts.Input | GpioLayouts.BothEdges | (line.ActiveLow ? GpioLayouts.ActiveLow : 0) | line.Bias switch
        {
            LineBias.Off => GpioLayouts.BiasOff,
            LineBias.PullUp => GpioLayouts.PullUp,
            LineBias.PullDown => GpioLayouts.PullDown,
            _ => 0,
        };

    private static string Text(byte* name)
    {
        var bytes = new ReadOnlySpan<byte>(name, GpioLayouts.NameLength);
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
