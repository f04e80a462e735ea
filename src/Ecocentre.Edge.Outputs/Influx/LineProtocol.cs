using System.Buffers;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>Log entries as InfluxDB line protocol, one line each, UTF-8, ended by a line feed, time in nanoseconds.</summary>
/// <remarks>
/// <para>The same entry always gives the same bytes, so that sending twice overwrites. Every line carries <c>seq</c>. A field's type never
/// changes: <c>count</c>, <c>revision</c> and <c>seq</c> are integers, <c>text</c> a string, all others floats that read back to the same
/// bits; what is unknown (NaN) or infinite is left out, as is an empty tag. Tags are sorted.</para>
/// <para>Windows: <c>window,centre=…,device=…,length=1m|15m|1h|1d,place=…,point=…,quantity=…,unit=…
/// count=60i,coverage=1,last=…,max=…,mean=…,min=…,delta=…,revision=0i,seq=12i TIME</c>, TIME being the start of the window. A revised
/// window has the series and the time of the one it corrects, and so takes its place in the database; the log keeps both.</para>
/// <para>Minutes of occupancy say no figure (<see cref="OccupancyHistory"/>): <c>withheld,centre=…,length=1m,point=… seq=12i TIME</c>, so that
/// every sequence is still there.</para>
/// <para>Incidents: <c>incident,centre=…,kind=glitch,subject=… text="…",value=…,seq=13i TIME</c>, TIME being the instant plus
/// (<c>seq</c> modulo 1,000,000) nanoseconds: two incidents of one kind and subject in one millisecond stay two, and the millisecond stays
/// true.</para>
/// <para>Records: <c>record,centre=…,kind=entry,subject=… json="…",seq=14i TIME</c>, timed like incidents. A verdict also says its figures:
/// <c>record,centre=…,kind=verdict,period=day|week|month|year|rolling,subject=… json="…",coverage=0.98,level=2,value=0.93,seq=15i TIME</c>,
/// <c>level</c> being 3 to 1, 0 for not met, -1 for undetermined, -2 for not applicable.</para>
/// </remarks>
public static class LineProtocol
{
    // An instant counts milliseconds, a line nanoseconds.
    private const long NanosecondsInMillisecond = 1_000_000;

    /// <summary>Appends the line of one entry.</summary>
    /// <param name="centre">Id of the centre, the tag <c>centre</c>.</param>
    /// <exception cref="ArgumentException">The entry is of a kind that has no line.</exception>
    public static void Append(IBufferWriter<byte> destination, string centre, in LogEntry entry)
    {
        switch (entry.Fact)
        {
            case WindowFact window when OccupancyHistory.IsWithheld(window):
                AppendWithheld(destination, centre, window, entry.Sequence);
                break;
            case WindowFact window:
                AppendWindow(destination, centre, window, entry.Sequence);
                break;
            case IncidentFact incident:
                AppendIncident(destination, centre, incident.Incident, entry.Sequence);
                break;
            case RecordFact record:
                AppendRecord(destination, centre, record, entry.Sequence);
                break;
            default:
                var kind = entry.Fact?.GetType().Name ?? "null";
                throw new ArgumentException($"BUG: entry {entry.Sequence} is a {kind}, which has no line.", nameof(entry));
        }
    }

    private static void AppendWindow(IBufferWriter<byte> destination, string centre, WindowFact fact, long sequence)
    {
        var (series, aggregate) = (fact.Series, fact.Aggregate);
        var characters = centre.Length + series.Device.Length + (series.Place?.Length ?? 0) + series.Name.Length
            + series.Quantity.Length + series.Unit.Length;
        var line = new LineBuilder(destination, characters);
        line.Literal("window"u8);
        line.Tag(",centre="u8, centre);
        line.Tag(",device="u8, series.Device);
        line.Literal(",length="u8);
        line.Literal(Length(aggregate.Kind));
        line.Tag(",place="u8, series.Place);
        line.Tag(",point="u8, series.Name);
        line.Tag(",quantity="u8, series.Quantity);
        line.Tag(",unit="u8, series.Unit);
        line.Integer(" count="u8, aggregate.Count);
        line.Float(",coverage="u8, aggregate.Coverage);
        line.Float(",last="u8, aggregate.Last);
        line.Float(",max="u8, aggregate.Max);
        line.Float(",mean="u8, aggregate.Mean);
        line.Float(",min="u8, aggregate.Min);
        line.Float(",delta="u8, aggregate.Delta);
        line.Integer(",revision="u8, aggregate.Revision);
        line.Integer(",seq="u8, sequence);
        line.End(aggregate.Window.Start.UnixMilliseconds * NanosecondsInMillisecond);
    }

    private static void AppendWithheld(IBufferWriter<byte> destination, string centre, WindowFact fact, long sequence)
    {
        var line = new LineBuilder(destination, centre.Length + fact.Series.Name.Length);
        line.Literal("withheld"u8);
        line.Tag(",centre="u8, centre);
        line.Literal(",length="u8);
        line.Literal(Length(fact.Aggregate.Kind));
        line.Tag(",point="u8, fact.Series.Name);
        line.Integer(" seq="u8, sequence);
        line.End(fact.Aggregate.Window.Start.UnixMilliseconds * NanosecondsInMillisecond);
    }

    private static void AppendIncident(IBufferWriter<byte> destination, string centre, Incident incident, long sequence)
    {
        var kind = IncidentWords.Of(incident.Kind);
        var line = new LineBuilder(destination, centre.Length + kind.Length + incident.Subject.Length + incident.Text.Length);
        line.Literal("incident"u8);
        line.Tag(",centre="u8, centre);
        line.Tag(",kind="u8, kind);
        line.Tag(",subject="u8, incident.Subject);
        line.Text(" text="u8, incident.Text);
        line.Float(",value="u8, incident.Value);
        line.Integer(",seq="u8, sequence);
        line.End(incident.At.UnixMilliseconds * NanosecondsInMillisecond + sequence % NanosecondsInMillisecond);
    }

    private static void AppendRecord(IBufferWriter<byte> destination, string centre, RecordFact record, long sequence)
    {
        var kind = record.Kind.ToString().ToLowerInvariant();
        var verdict = record.Kind == RecordKind.Verdict ? VerdictJson.Read(record.Json) : null;
        var line = new LineBuilder(destination, centre.Length + kind.Length + record.Subject.Length + record.Json.Length);
        line.Literal("record"u8);
        line.Tag(",centre="u8, centre);
        line.Tag(",kind="u8, kind);
        if (verdict is not null) line.Tag(",period="u8, verdict.Period.Kind.ToString().ToLowerInvariant());
        line.Tag(",subject="u8, record.Subject);
        line.Text(" json="u8, record.Json);
        if (verdict is not null)
        {
            line.Float(",coverage="u8, verdict.Coverage.Share);
            line.Float(",level="u8, (double)verdict.Level);
            line.Float(",value="u8, verdict.Finding.Value);
        }
        line.Integer(",seq="u8, sequence);
        line.End(record.At.UnixMilliseconds * NanosecondsInMillisecond + sequence % NanosecondsInMillisecond);
    }

    private static ReadOnlySpan<byte> Length(WindowKind kind) => kind switch
    {
        WindowKind.Live => "10s"u8,
        WindowKind.Minute => "1m"u8,
        WindowKind.QuarterHour => "15m"u8,
        WindowKind.Hour => "1h"u8,
        WindowKind.Day => "1d"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "BUG: a kind of window without a length."),
    };
}
