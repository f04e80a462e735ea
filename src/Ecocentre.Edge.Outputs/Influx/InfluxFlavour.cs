namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>Which write interface a database speaks. All take line protocol over HTTP.</summary>
public enum InfluxFlavour : byte
{
    /// <summary>InfluxDB 1.x: <c>/write?db=&amp;rp=&amp;precision=ns</c>, user and password.</summary>
    Influx1,

    /// <summary>InfluxDB 2.x: <c>/api/v2/write?org=&amp;bucket=&amp;precision=ns</c>, a token.</summary>
    Influx2,

    /// <summary>InfluxDB 3.x: as 2.x without an organisation; its databases are named where 2.x names buckets.</summary>
    Influx3,

    /// <summary>VictoriaMetrics: <c>/write?precision=ns</c>, optionally with <c>db=</c> as a label. It keeps milliseconds, stores a text
    /// as 0, and answers 204 to lines it cannot read, so that no bad line is ever reported.</summary>
    VictoriaMetrics,
}
