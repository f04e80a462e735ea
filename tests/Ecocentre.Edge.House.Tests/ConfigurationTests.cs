using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ecocentre.Edge.House.Tests;

/// <summary>Whoever writes a site finds every key of it on the page about sites.</summary>
public sealed partial class ConfigurationTests
{
    private const string Schema = "config/schemas/site.schema.json";

    private const string Page = "config/README.md";

    [GeneratedRegex("`[^`]*`|```.*?```", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    [GeneratedRegex("[$A-Za-z][A-Za-z0-9]*")]
    private static partial Regex Word();

    [Fact]
    public void Every_key_of_a_site_is_on_its_page() => House.Obeys(Unsaid(Tree.Repository));

    [Fact]
    public void A_key_that_is_only_in_the_schema_is_found()
    {
        const string schema = """
            { "properties": { "a": { "properties": { "deep": {} } }, "list": { "items": { "$ref": "#/$defs/one" } } },
              "$defs": { "one": { "oneOf": [ { "properties": { "hidden": {} } } ] } } }
            """;
        House.Breaks(Unsaid(Tree.Of((Schema, schema), (Page, "hidden is said, but `a`, `list` and `\"deep\": 1` are quoted"))), "hidden");
    }

    private static IEnumerable<string> Unsaid(Tree tree)
    {
        var quotes = Quoted().Matches(tree.Files[Page]);
        var said = quotes.SelectMany(quote => Word().Matches(quote.Value)).Select(word => word.Value).ToHashSet(StringComparer.Ordinal);
        using var schema = JsonDocument.Parse(tree.Files[Schema]);
        foreach (var key in Keys(schema.RootElement).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            if (!said.Contains(key)) yield return $"{Page}: the key {key} of {Schema} is nowhere in it.";
    }

    private static IEnumerable<string> Keys(JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.Array)
        {
            foreach (var key in schema.EnumerateArray().SelectMany(Keys)) yield return key;
            yield break;
        }
        if (schema.ValueKind != JsonValueKind.Object) yield break;
        foreach (var (name, value) in schema.EnumerateObject().Select(property => (property.Name, property.Value)))
        {
            if (name == "properties")
                foreach (var property in value.EnumerateObject()) yield return property.Name;
            foreach (var key in Keys(value)) yield return key;
        }
    }
}
