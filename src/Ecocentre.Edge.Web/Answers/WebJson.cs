using System.Collections.Frozen;
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
    internal static string Word<T>(T name) where T : struct, Enum => Words<T>.All.TryGetValue(name, out var word) ? word : Convert(name);

    private static string Convert<T>(T name) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(name.ToString());

    // An answer may hold the word of each of thousands of points.
    private static class Words<T> where T : struct, Enum
    {
        internal static readonly FrozenDictionary<T, string> All = Enum.GetValues<T>().Distinct().ToFrozenDictionary(static name => name, Convert);
    }
}
