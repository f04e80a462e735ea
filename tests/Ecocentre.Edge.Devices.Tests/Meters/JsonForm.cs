using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ecocentre.Edge.Devices.Tests.Meters;

/// <summary>As much of JSON Schema 2020-12 as <c>config/schemas</c> uses; a keyword it does not know fails, so that none is
/// ignored.</summary>
internal sealed class JsonForm(JsonElement root)
{
    public IEnumerable<string> Violations(JsonElement value) => Check(root, value, "$");

    private IEnumerable<string> Check(JsonElement form, JsonElement value, string path)
    {
        foreach (var keyword in form.EnumerateObject())
        {
            var wrong = keyword.Name switch
            {
                "$schema" or "$defs" or "title" or "description" => [],
                "$ref" => Check(root.GetProperty("$defs").GetProperty(keyword.Value.GetString()!["#/$defs/".Length..]), value, path),
                "type" => Expect(IsOfType(keyword.Value.GetString()!, value), path, $"is no {keyword.Value}"),
                "enum" => Expect(keyword.Value.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)), path, $"{value} is not allowed"),
                "required" => keyword.Value.EnumerateArray()
                    .Where(n => !value.TryGetProperty(n.GetString()!, out _)).Select(n => $"{path}: lacks {n}"),
                "properties" or "additionalProperties" => [],
                "propertyNames" => value.EnumerateObject()
                    .SelectMany(p => Check(keyword.Value, JsonSerializer.SerializeToElement(p.Name), $"{path}.{p.Name}")),
                "minProperties" => Expect(value.EnumerateObject().Count() >= keyword.Value.GetInt32(), path, "has too few members"),
                "items" => value.EnumerateArray().SelectMany((item, i) => Check(keyword.Value, item, $"{path}[{i}]")),
                "minItems" => Expect(value.GetArrayLength() >= keyword.Value.GetInt32(), path, "has too few items"),
                "maxItems" => Expect(value.GetArrayLength() <= keyword.Value.GetInt32(), path, "has too many items"),
                "minLength" => Expect(value.GetString()!.Length >= keyword.Value.GetInt32(), path, "is too short"),
                "pattern" => Expect(
                    Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!), path, $"does not look like {keyword.Value}"),
                "minimum" => Expect(value.GetDouble() >= keyword.Value.GetDouble(), path, $"is under {keyword.Value}"),
                "maximum" => Expect(value.GetDouble() <= keyword.Value.GetDouble(), path, $"is over {keyword.Value}"),
                "exclusiveMinimum" => Expect(value.GetDouble() > keyword.Value.GetDouble(), path, $"is not over {keyword.Value}"),
                _ => [$"{path}: the form uses the keyword {keyword.Name}, which this check does not know"],
            };
            foreach (var violation in wrong) yield return violation;
        }
        if (value.ValueKind != JsonValueKind.Object) yield break;
        foreach (var violation in Members(form, value, path)) yield return violation;
    }

    private IEnumerable<string> Members(JsonElement form, JsonElement value, string path)
    {
        foreach (var member in value.EnumerateObject())
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}.{member.Name}");
            if (form.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out var known))
            {
                foreach (var violation in Check(known, member.Value, place)) yield return violation;
            }
            else if (form.TryGetProperty("additionalProperties", out var others))
            {
                if (others.ValueKind == JsonValueKind.False) yield return $"{place}: is unknown";
                else foreach (var violation in Check(others, member.Value, place)) yield return violation;
            }
        }
    }

    private static IEnumerable<string> Expect(bool holds, string path, string otherwise) => holds ? [] : [$"{path}: {otherwise}"];

    private static bool IsOfType(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() % 1 == 0,
        _ => false,
    };
}
