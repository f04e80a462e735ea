using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

/// <summary>A chip that takes everything and always answers the same bytes: for the worked examples of data sheets.</summary>
internal sealed class ScriptedChip : SimulatedChip
{
    public required byte[] Answer { get; init; }

    /// <summary>So many reads are not acknowledged first.</summary>
    public int ReadsRefused { get; set; }

    /// <summary>What was written, in hexadecimal.</summary>
    public List<string> Written { get; } = [];

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        Written.Add(Convert.ToHexString(bytes));
        return true;
    }

    public override bool OnRead(Span<byte> bytes)
    {
        if (ReadsRefused > 0)
        {
            ReadsRefused--;
            return false;
        }
        bytes.Fill(0xFF);
        Answer.AsSpan(0, Math.Min(Answer.Length, bytes.Length)).CopyTo(bytes);
        return true;
    }
}
