using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class OpenApiResourceTests : IAsyncLifetime
{
    private ShownCentre _centre = null!;

    public async ValueTask InitializeAsync() => _centre = await ShownCentre.StartAsync(label: true);

    public ValueTask DisposeAsync() => _centre.DisposeAsync();

    [Fact]
    public async Task Document_is_valid_and_every_operation_says_what_it_does_answers_and_wants()
    {
        var text = await _centre.Client().GetStringAsync("/openapi/v1.json");
        var result = OpenApiDocument.Parse(text, "json");
        Assert.Empty(result.Diagnostic!.Errors);
        Assert.Empty(result.Diagnostic.Warnings);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, result.Diagnostic.SpecificationVersion);
        Assert.True(result.Document!.Paths.Count >= 16);
        var names = new HashSet<string>();
        foreach (var (path, item) in result.Document.Paths)
        {
            var (method, operation) = Assert.Single(item.Operations!);
            var isOrder = path is "/api/v1/login" or "/api/v1/logout";
            var begins = path == "/api/v1/evidence/exports";
            Assert.Equal(isOrder || begins ? HttpMethod.Post : HttpMethod.Get, method);
            Assert.True(names.Add(operation.OperationId!), $"{path}: {operation.OperationId} stands twice");
            Assert.False(string.IsNullOrWhiteSpace(operation.Summary), path);
            Assert.Contains("429", operation.Responses!.Keys);
            if (isOrder)
            {
                Assert.Contains("204", operation.Responses.Keys);
                continue;
            }
            var ok = operation.Responses[begins ? "202" : "200"];
            Assert.True(ok.Content!.Count > 0, $"{path}: what does it answer?");
            foreach (var (type, content) in ok.Content.Where(c => c.Key == "application/json")) Assert.True(content.Schema is not null, $"{path}: {type}");
            Assert.Equal(path.StartsWith("/health"), operation.Security is null or { Count: 0 });
            foreach (Match placeholder in Regex.Matches(path, @"\{(\w+)\}"))
                Assert.Contains(operation.Parameters!, p => p.In == ParameterLocation.Path && p.Name == placeholder.Groups[1].Value);
        }
    }

    /// <summary>The schema of a desk and what is served are held against each other key by key: the one is a type, the other is written by hand.</summary>
    [Theory]
    [InlineData("/api/v1/centre", "CentreNow")]
    [InlineData("/api/v1/bearer", "BearerNow")]
    [InlineData("/api/v1/plan", "PlanDrawn")]
    [InlineData("/api/v1/desks", "DeskList")]
    [InlineData("/api/v1/desks/d02", "DeskNow")]
    [InlineData("/api/v1/points/main.power.active", "PointNow")]
    [InlineData("/api/v1/points/main.power.active/windows", "WindowPage")]
    [InlineData("/api/v1/points/windows?points=main.power.active", "WindowColumns")]
    [InlineData("/api/v1/incidents", "IncidentPage")]
    [InlineData("/api/v1/devices", "DevicePage")]
    [InlineData("/api/v1/privacy", "PrivacyStatement")]
    [InlineData("/api/v1/words", "WordList")]
    [InlineData("/api/v1/label", "LabelNow")]
    [InlineData("/api/v1/criteria", "CriterionList")]
    [InlineData("/api/v1/criteria/EN-1", "CriterionNow")]
    [InlineData("/api/v1/evidence/checkpoint", "CheckpointNow")]
    public async Task Answers_have_the_keys_of_their_schema(string path, string schema)
    {
        var document = await ShownCentre.JsonAsync(_centre.Client(), "/openapi/v1.json");
        var keys = document.GetProperty("components").GetProperty("schemas").GetProperty(schema).GetProperty("properties").EnumerateObject().Select(p => p.Name);
        var answer = await ShownCentre.JsonAsync(_centre.Client(), path);
        Assert.Equal(keys.Order(), answer.EnumerateObject().Select(p => p.Name).Order());
    }

    [Fact]
    public async Task Page_shows_every_path_and_fetches_nothing()
    {
        var page = await _centre.Client().GetStringAsync("/openapi");
        var document = await ShownCentre.JsonAsync(_centre.Client(), "/openapi/v1.json");
        foreach (var path in document.GetProperty("paths").EnumerateObject()) Assert.Contains(path.Name.Replace("&", "&amp;"), page);
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("http://", page);
        Assert.DoesNotContain("https://", page);
    }

    [Fact]
    public async Task Types_carry_their_words()
    {
        var document = await ShownCentre.JsonAsync(_centre.Client(), "/openapi/v1.json");
        Assert.Contains("only", Text(document, "DeskNow", "state"));
        Assert.Contains("3.1", document.GetProperty("openapi").GetString());

        static string Text(JsonElement document, string schema, string property) => document.GetProperty("components").GetProperty("schemas")
            .GetProperty(schema).GetProperty("properties").GetProperty(property).TryGetProperty("description", out var words) ? words.GetString()! : "";
    }
}
