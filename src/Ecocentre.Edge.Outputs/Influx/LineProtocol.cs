using System.Buffers;
using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>Log entries as InfluxDB line protocol, one line each, UTF-8, ended by a line feed, time in nanoseconds.</summary>
/// <remarks>The same entry always gives the same bytes, so that sending twice overwrites. Windows go to measurement <c>window</c>, incidents to
/// <c>incident</c>; every line carries <c>seq</c>. A field's type never changes.</remarks>
public static class LineProtocol
{
    /// <summary>Appends the line of one entry.</summary>
    /// <param name="centre">Id of the centre, the tag <c>centre</c>.</param>
    public static void Append(IBufferWriter<byte> destination, string centre, in LogEntry entry) => throw new NotImplementedException();
}
