using System.Text.Json;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class PayloadPathTests
{
    private const string Payload = """{ "a": { "b": [10, { "c": true }], "odd.name": "x" }, "ü": null }""";

    [Theory]
    [InlineData("$", """{ "a": { "b": [10, { "c": true }], "odd.name": "x" }, "ü": null }""")]
    [InlineData("$.a.b[0]", "10")]
    [InlineData("$.a.b[1].c", "true")]
    [InlineData("$['a']['odd.name']", "\"x\"")]
    [InlineData("$.ü", "null")]
    [InlineData("$.a.b[2]", null)]
    [InlineData("$.a.c", null)]
    [InlineData("$.a.b.c", null)]
    [InlineData("$[0]", null)]
    public void Path_is_followed(string path, string? found)
    {
        using var document = JsonDocument.Parse(Payload);
        Assert.Equal(found, PayloadPath.Parse(path)!.Find(document.RootElement)?.GetRawText());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("$a")]
    [InlineData("$.")]
    [InlineData("$..a")]
    [InlineData("$.a.")]
    [InlineData("$[")]
    [InlineData("$[]")]
    [InlineData("$[-1]")]
    [InlineData("$[*]")]
    [InlineData("$.a]b[")]
    public void Other_text_is_no_path(string text) => Assert.Null(PayloadPath.Parse(text));
}
