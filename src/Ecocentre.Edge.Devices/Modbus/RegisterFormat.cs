namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>How a number lies in registers of 16 bits.</summary>
public enum RegisterType : byte { Int16, UInt16, Int32, UInt32, Int64, UInt64, Float32, Float64 }

/// <summary>Order of the bytes of a number on the wire, A the most significant. A word is always sent high byte first (MODBUS Application
/// Protocol V1.1b3, 4.2), so ABCD is a big-endian number, CDAB one with its least significant word first; eight bytes follow the same
/// pattern.</summary>
/// <remarks>As numbers: 1 reverses the words, 2 swaps the bytes of each, 3 does both.</remarks>
public enum WordOrder : byte { Abcd = 0, Cdab = 1, Badc = 2, Dcba = 3 }

/// <summary>Type and order of a number in registers. The default is an Int16 in order ABCD.</summary>
public readonly record struct RegisterFormat(RegisterType Type, WordOrder Order)
{
    /// <summary>Registers one number takes: 1, 2 or 4.</summary>
    public int Words => Type switch
    {
        RegisterType.Int16 or RegisterType.UInt16 => 1,
        RegisterType.Int32 or RegisterType.UInt32 or RegisterType.Float32 => 2,
        _ => 4,
    };

    public bool IsFloat => Type is RegisterType.Float32 or RegisterType.Float64;

    /// <summary>Largest whole number the type holds; for floats the largest finite number.</summary>
    public double Max => Type switch
    {
        RegisterType.Int16 => short.MaxValue,
        RegisterType.UInt16 => ushort.MaxValue,
        RegisterType.Int32 => int.MaxValue,
        RegisterType.UInt32 => uint.MaxValue,
        RegisterType.Int64 => long.MaxValue,
        RegisterType.UInt64 => ulong.MaxValue,
        RegisterType.Float32 => float.MaxValue,
        _ => double.MaxValue,
    };
}
