using System.Buffers.Binary;
using System.Text;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>The language of Sensirion's I2C sensors: commands of sixteen bits, words of sixteen bits with a checksum each, and a read that
/// is a transfer of its own after the command's execution time.</summary>
/// <remarks>Source: Sensirion SCD4x data sheet version 1.3 (September 2022), sections 3.1 to 3.3; the same in those of SCD30, SEN5x, SEN6x,
/// SPS30, SHT3x.</remarks>
internal sealed class SensirionChip(I2cChip chip)
{
    // 20 words: the article code and serial number of the SEN5x and SEN6x take 16, nothing takes more.
    private const int WordsMax = 20;

    private readonly byte[] _bytes = new byte[2 + 3 * WordsMax];

    /// <summary>Sends a command with its words and waits until the chip has carried it out.</summary>
    public async ValueTask SendAsync(ushort command, TimeSpan execution, CancellationToken cancellation, params ushort[] words)
    {
        chip.Write(Telegram(command, words));
        await chip.WaitAsync(execution, cancellation);
    }

    /// <summary>As <see cref="SendAsync"/>, but a chip that does not acknowledge is no fault.</summary>
    /// <returns>Whether it acknowledged.</returns>
    public async ValueTask<bool> TrySendAsync(ushort command, TimeSpan execution, CancellationToken cancellation)
    {
        if (!chip.TryWrite(Telegram(command, []))) return false;
        await chip.WaitAsync(execution, cancellation);
        return true;
    }

    /// <summary>Sends a command, waits, and fetches the words of its answer.</summary>
    public async ValueTask AskAsync(
        ushort command, TimeSpan execution, Memory<ushort> answer, CancellationToken cancellation, params ushort[] words)
    {
        await SendAsync(command, execution, cancellation, words);
        var bytes = _bytes.AsMemory(0, 3 * answer.Length);
        chip.Read(bytes.Span);
        Decode(bytes.Span, answer.Span);
    }

    /// <summary>As <see cref="AskAsync"/>, but a chip that does not acknowledge has no such answer (yet).</summary>
    public async ValueTask<bool> TryAskAsync(ushort command, TimeSpan execution, Memory<ushort> answer, CancellationToken cancellation)
    {
        if (!await TrySendAsync(command, execution, cancellation)) return false;
        var bytes = _bytes.AsMemory(0, 3 * answer.Length);
        if (!chip.TryRead(bytes.Span)) return false;
        Decode(bytes.Span, answer.Span);
        return true;
    }

    /// <summary>One word of answer.</summary>
    public async ValueTask<ushort> AskWordAsync(ushort command, TimeSpan execution, CancellationToken cancellation)
    {
        var answer = new ushort[1];
        await AskAsync(command, execution, answer, cancellation);
        return answer[0];
    }

    /// <summary>A text of up to 32 characters, ended by a zero; null when the chip does not know the command.</summary>
    public async ValueTask<string?> TryAskTextAsync(ushort command, TimeSpan execution, int words, CancellationToken cancellation)
    {
        var answer = new ushort[words];
        if (!await TryAskAsync(command, execution, answer, cancellation)) return null;
        var text = new StringBuilder();
        foreach (var word in answer)
            foreach (var character in new[] { (char)(word >> 8), (char)(word & 0xFF) })
            {
                if (character == 0) return text.ToString();
                // What a log and a web page can show; anything else is not a serial number.
                text.Append(char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or ' ' or '_' or '/' ? character : '?');
            }
        return text.ToString();
    }

    public Task WaitAsync(TimeSpan span, CancellationToken cancellation) => chip.WaitAsync(span, cancellation);

    /// <summary>Takes words out of bytes.</summary>
    /// <exception cref="SensorFaultException">A checksum is wrong; nothing of such an answer is used.</exception>
    public void Decode(ReadOnlySpan<byte> bytes, Span<ushort> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            var word = bytes.Slice(3 * i, 3);
            var crc = Crc8.Of(word[..2]);
            if (crc != word[2])
                throw chip.Garbled(
                    $"word {i + 1} of {words.Length} came as {word[0]:x2}{word[1]:x2} with checksum {word[2]:x2} instead of {crc:x2}.");
            words[i] = BinaryPrimitives.ReadUInt16BigEndian(word);
        }
    }

    private ReadOnlySpan<byte> Telegram(ushort command, ReadOnlySpan<ushort> words)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes, command);
        for (var i = 0; i < words.Length; i++)
        {
            var word = _bytes.AsSpan(2 + 3 * i, 3);
            BinaryPrimitives.WriteUInt16BigEndian(word, words[i]);
            word[2] = Crc8.Of(word[..2]);
        }
        return _bytes.AsSpan(0, 2 + 3 * words.Length);
    }
}
