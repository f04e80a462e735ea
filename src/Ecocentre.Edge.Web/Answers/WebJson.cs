using System.Text.Encodings.Web;
using System.Text.Json;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Web.Answers;

/// <summary>How everything is written as JSON: camel case, no NaN, times in RFC 3339 UTC. Letters stay letters, because answers are UTF-8 and are never
/// put into a page.</summary>
internal static class WebJson
{
    internal static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static JsonWriterOptions Writer { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON has no NaN: what is not known is null.</summary>
    internal static double? Number(double value) => double.IsFinite(value) ? value : null;

    /// <summary>The epoch stands for "never".</summary>
    internal static string? Time(Instant at) => at == default ? null : at.ToString();

    /// <summary>A name of ours as it is published: <c>device-lost</c>.</summary>
    internal static string Word<T>(T name) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(name.ToString());
}
