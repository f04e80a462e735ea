namespace Ecocentre.Edge.Outputs.Sparkplug;

/// <summary>Reads the fields of a message of Protocol Buffers one by one, passing over whatever is not asked for. Bad bytes end the reading.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    /// <summary>Number of the field read last.</summary>
    public int Field { get; private set; }

    /// <summary>Its value, where it is a varint.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its bytes, where it has a length.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The bytes were no message.</summary>
    public bool IsMalformed { get; private set; }

    /// <returns>False at the end, or where the bytes are no message.</returns>
    public bool Read()
    {
        Number = 0;
        Bytes = default;
        if (_left.IsEmpty) return false;
        if (!TryVarint(out var head) || head >> 3 is 0 or > int.MaxValue) return End();
        Field = (int)(head >> 3);
        switch (head & 7)
        {
            case 0:
                if (!TryVarint(out var number)) return End();
                Number = number;
                return true;
            case 1:
                return TryTake(sizeof(ulong));
            case 2:
                return TryVarint(out var length) && length <= int.MaxValue ? TryTake((int)length) : End();
            case 5:
                return TryTake(sizeof(uint));
            default:
                return End();
        }
    }

    private bool TryTake(int length)
    {
        if (length > _left.Length) return End();
        Bytes = _left[..length];
        _left = _left[length..];
        return true;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        // Ten bytes of seven bits hold 64.
        for (var i = 0; i < Math.Min(10, _left.Length); i++)
        {
            value |= (ulong)(_left[i] & 0x7F) << (7 * i);
            if (_left[i] >= 0x80) continue;
            _left = _left[(i + 1)..];
            return true;
        }
        return false;
    }

    private bool End()
    {
        IsMalformed = true;
        _left = default;
        return false;
    }
}
