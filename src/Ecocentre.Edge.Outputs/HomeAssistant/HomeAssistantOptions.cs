using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.HomeAssistant;

/// <summary>What a site says of Home Assistant. Plain values.</summary>
public sealed record HomeAssistantOptions
{
    // Room for a path of a few words; MQTT itself would take 65,535 bytes for the whole topic.
    private const int PrefixLengthMax = 64;

    /// <summary>Home Assistant's discovery prefix; what it is called there unless somebody changed it.</summary>
    public string Prefix { get; init; } = "homeassistant";

    /// <summary>Announces single desks too. Off unless the site wants it: Home Assistant records whatever it knows, for ten days unless told otherwise, and the
    /// gateway keeps nothing of single desks for longer than one.</summary>
    public bool Desks { get; init; }

    /// <summary>What is wrong with these values; empty when nothing is.</summary>
    /// <param name="file">The file they came from.</param>
    /// <param name="path">Place in it, such as <c>$.mqtt.homeAssistant</c>.</param>
    public ImmutableArray<Mistake> Check(string file, string path)
    {
        var isTopic = Prefix.Length is > 0 and <= PrefixLengthMax && Prefix[0] != '$' && Prefix.IndexOfAny(['+', '#', '\0']) < 0
            && !Prefix.Split('/').Contains("");
        return isTopic
            ? []
            : [new Mistake(file, $"{path}.prefix", $"\"{Prefix}\" is no beginning of a topic.",
                $"Write 1 to {PrefixLengthMax} characters without + and #, such as \"homeassistant\".")];
    }
}
