using System.Buffers.Binary;
using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>The chip's side of Sensirion's language: what a telegram says, and the answer that lies ready for the next read.</summary>
/// <remarks>Source: Sensirion SCD4x data sheet version 1.3 (September 2022), sections 3.1 to 3.3.</remarks>
internal sealed class SensirionWords(TimeProvider time)
{
    private readonly List<byte> _answer = [];
    private long _busySince;
    private TimeSpan _busy;

    /// <summary>True while the last command is being carried out: nothing is acknowledged.</summary>
    public bool IsBusy => time.GetElapsedTime(_busySince) < _busy;

    /// <summary>Takes a telegram apart: a command and its words.</summary>
    /// <returns>False when it is no telegram, or the checksum of a word is wrong.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ushort command, out ushort[] words)
    {
        (command, words) = (0, []);
        if (bytes.Length < 2 || (bytes.Length - 2) % 3 != 0) return false;
        command = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        words = new ushort[(bytes.Length - 2) / 3];
        for (var i = 0; i < words.Length; i++)
        {
            var word = bytes.Slice(2 + 3 * i, 3);
            if (Crc8.Of(word[..2]) != word[2]) return false;
            words[i] = BinaryPrimitives.ReadUInt16BigEndian(word);
        }
        return true;
    }

    /// <summary>Works for a while with nothing to read afterwards.</summary>
    /// <returns>True: acknowledged.</returns>
    public bool Work(TimeSpan span)
    {
        _answer.Clear();
        (_busySince, _busy) = (time.GetTimestamp(), span);
        return true;
    }

    /// <summary>Works for a while; afterwards these words can be read.</summary>
    /// <returns>True: acknowledged.</returns>
    public bool Answer(TimeSpan span, params ReadOnlySpan<ushort> words)
    {
        Work(span);
        Span<byte> bytes = stackalloc byte[2];
        foreach (var word in words)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, word);
            _answer.Add(bytes[0]);
            _answer.Add(bytes[1]);
            _answer.Add(Crc8.Of(bytes));
        }
        return true;
    }

    /// <summary>A text, filled up with zeros.</summary>
    /// <returns>True: acknowledged.</returns>
    public bool AnswerText(TimeSpan span, string text, int words)
    {
        var answer = new ushort[words];
        for (var i = 0; i < text.Length; i++) answer[i / 2] |= (ushort)(text[i] << (i % 2 == 0 ? 8 : 0));
        return Answer(span, answer);
    }

    /// <summary>Two words for a number of four bytes, the upper one first.</summary>
    public static (ushort High, ushort Low) Float(double value)
    {
        var bits = BitConverter.SingleToUInt32Bits((float)value);
        return ((ushort)(bits >> 16), (ushort)bits);
    }

    /// <returns>False, not acknowledged: busy, or nothing to read.</returns>
    public bool Read(Span<byte> bytes)
    {
        if (IsBusy || _answer.Count == 0) return false;
        bytes.Fill(0xFF);
        for (var i = 0; i < bytes.Length && i < _answer.Count; i++) bytes[i] = _answer[i];
        return true;
    }
}
