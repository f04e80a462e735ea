using System.Net;

namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>What an HTTP answer to a write means for the lines.</summary>
internal enum AnswerClass : byte
{
    /// <summary>2xx: stored.</summary>
    Taken,

    /// <summary>413: the same lines in smaller pieces.</summary>
    TooLarge,

    /// <summary>400, 422 and other 4xx: something in it will never be taken.</summary>
    Refused,

    /// <summary>401, 403, 404, 407, 3xx: the question is who or where, not what. No line is to blame.</summary>
    Denied,

    /// <summary>408, 425, 429, 502, 503, 504: wait, as told if told.</summary>
    Busy,

    /// <summary>Other 5xx: the server is ill, or says so of a bad line (InfluxDB 2.x does for points beyond retention).</summary>
    Ill,

    /// <summary>No answer: no connection, a connection cut, or our own timeout. It may be stored or not.</summary>
    Unreachable,
}

/// <summary>One answer to one request.</summary>
/// <param name="Words">Status and the server's words, for people.</param>
internal readonly record struct Answer(AnswerClass Class, string Words, TimeSpan? RetryAfter = null)
{
    // What the servers say when they mean lines: influxd 1.x and 2.x ("partial write: …", "unable to parse …", "points beyond retention
    // policy", "field type conflict"), InfluxDB 3.x ("partial write of line protocol occurred", "parsing failed for write_lp endpoint").
    private static readonly string[] WordsAboutLines =
        ["partial write", "unable to parse", "parsing failed", "beyond retention", "type conflict"];

    /// <summary>The server says it is the lines. Otherwise a refusal of everything is more likely a wrong address or a proxy in
    /// between.</summary>
    public bool IsAboutLines => Class == AnswerClass.Refused && WordsAboutLines.Any(Words.ToLowerInvariant().Contains);

    /// <summary>InfluxDB 1.x and 2.x count what they dropped: when that is all of it, no search is needed.</summary>
    public bool SaysAllDropped(int lines) => IsAboutLines && Words.EndsWith($" dropped={lines}", StringComparison.Ordinal);

    public static AnswerClass Classify(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => AnswerClass.Taken,
        413 => AnswerClass.TooLarge,
        401 or 403 or 404 or 407 or < 400 => AnswerClass.Denied,
        408 or 425 or 429 or 502 or 503 or 504 => AnswerClass.Busy,
        < 500 => AnswerClass.Refused,
        _ => AnswerClass.Ill,
    };
}
