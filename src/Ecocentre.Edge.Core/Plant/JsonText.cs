using System.Text.Json;

namespace Ecocentre.Edge.Plant;

/// <summary>Whether the texts in a JSON value are texts. Half a surrogate pair (<c>"\ud800"</c>) and bytes that are no UTF-8 pass the parser of
/// System.Text.Json, and fail whoever asks for the text later.</summary>
public static class JsonText
{
    /// <summary>True when every name and every text in a value can be read. Any thread.</summary>
    public static bool IsWhole(JsonElement value)
    {
        try
        {
            Read(value);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Read(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                value.GetString();
                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    Read(member.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (var one in value.EnumerateArray()) Read(one);
                break;
        }
    }
}
