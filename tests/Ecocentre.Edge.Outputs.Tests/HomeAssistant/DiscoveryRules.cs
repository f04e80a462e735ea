using System.Text.Json;
using System.Text.RegularExpressions;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.HomeAssistant;

/// <summary>What Home Assistant takes as device-based discovery, as its documentation and its own checks say (documentation of the MQTT integration, "MQTT
/// Discovery"; home-assistant/core, <c>mqtt/discovery.py</c> TOPIC_MATCHER, <c>mqtt/schemas.py</c> DEVICE_DISCOVERY_SCHEMA, <c>sensor/const.py</c>
/// DEVICE_CLASS_UNITS and DEVICE_CLASS_STATE_CLASSES, release 2024.11). Home Assistant itself is stricter in nothing that we use.</summary>
internal static partial class DiscoveryRules
{
    private static readonly HashSet<string> RootKeys =
        ["device", "origin", "components", "availability", "availability_mode", "availability_topic", "availability_template", "payload_available",
            "payload_not_available", "state_topic", "command_topic", "qos", "encoding"];

    private static readonly HashSet<string> DeviceKeys =
        ["identifiers", "connections", "manufacturer", "model", "model_id", "name", "hw_version", "serial_number", "sw_version", "via_device", "suggested_area",
            "configuration_url"];

    private static readonly HashSet<string> ComponentKeys =
        ["platform", "unique_id", "name", "device_class", "state_class", "unit_of_measurement", "entity_category", "state_topic", "value_template"];

    // Units of each class that a sensor of ours has; a class that is not here is not one of Home Assistant's that we use.
    private static readonly Dictionary<string, string[]> Units = new()
    {
        ["power"] = ["mW", "W", "kW", "MW", "GW", "TW"], ["reactive_power"] = ["var"], ["apparent_power"] = ["VA"], ["power_factor"] = ["", "%"],
        ["energy"] = ["Wh", "kWh", "MWh", "GWh", "TWh"], ["voltage"] = ["V", "mV", "µV"], ["current"] = ["A", "mA"],
        ["frequency"] = ["Hz", "kHz", "MHz", "GHz"], ["carbon_dioxide"] = ["ppm"], ["temperature"] = ["°C", "°F", "K"], ["humidity"] = ["%"],
        ["atmospheric_pressure"] = ["hPa", "Pa", "kPa", "mbar", "bar"], ["volatile_organic_compounds"] = ["µg/m³"], ["pm1"] = ["µg/m³"],
        ["pm25"] = ["µg/m³"], ["pm10"] = ["µg/m³"], ["illuminance"] = ["lx"], ["water"] = ["L", "m³"],
    };

    private static readonly HashSet<string> BinaryClasses = ["occupancy", "connectivity", "problem"];

    [GeneratedRegex("^[^+#]+/device/[a-zA-Z0-9_-]+/config$")]
    private static partial Regex TopicRule();

    /// <summary>Everything that is wrong with the retained discovery messages of a broker.</summary>
    public static List<string> Broken(IEnumerable<MqttMessage> messages)
    {
        var broken = new List<string>();
        var (unique, identifiers, via) = (new HashSet<string>(), new HashSet<string>(), new List<string>());
        foreach (var message in messages)
        {
            if (!TopicRule().IsMatch(message.Topic)) broken.Add($"{message.Topic} is no topic of discovery.");
            using var document = JsonDocument.Parse(message.Payload);
            var root = document.RootElement;
            broken.AddRange(Strange(message.Topic, root, RootKeys));
            var device = root.GetProperty("device");
            broken.AddRange(Strange($"{message.Topic}: device", device, DeviceKeys));
            // validate_device_has_at_least_one_identifier
            if (device.GetProperty("identifiers").GetArrayLength() == 0) broken.Add($"{message.Topic}: the device has no identifier.");
            foreach (var identifier in device.GetProperty("identifiers").EnumerateArray())
                if (!identifiers.Add(identifier.GetString()!)) broken.Add($"{message.Topic}: another device has {identifier}.");
            if (device.TryGetProperty("via_device", out var parent)) via.Add(parent.GetString()!);
            // MQTT_ORIGIN_INFO_SCHEMA
            if (string.IsNullOrEmpty(root.GetProperty("origin").GetProperty("name").GetString())) broken.Add($"{message.Topic}: the origin has no name.");
            foreach (var availability in root.TryGetProperty("availability", out var list) ? list.EnumerateArray().ToArray() : [])
                if (!IsTopic(availability, "topic")) broken.Add($"{message.Topic}: availability without a topic.");
            foreach (var component in root.GetProperty("components").EnumerateObject())
                broken.AddRange(Broken(component.Value, unique).Select(words => $"{message.Topic}: {component.Name}: {words}"));
        }
        broken.AddRange(via.Where(one => !identifiers.Contains(one)).Select(one => $"via_device {one} is no device."));
        return broken;
    }

    private static IEnumerable<string> Broken(JsonElement component, HashSet<string> unique)
    {
        var platform = component.GetProperty("platform").GetString();
        if (platform is not ("sensor" or "binary_sensor")) yield return $"{platform} is no platform that we use.";
        // With the platform alone it is being removed.
        if (component.EnumerateObject().Count() == 1) yield break;
        foreach (var words in Strange("", component, ComponentKeys)) yield return words;
        if (!component.TryGetProperty("unique_id", out var id) || !unique.Add(id.GetString()!)) yield return "its unique_id is missing or not unique.";
        if (!IsTopic(component, "state_topic")) yield return "it has no state_topic.";
        var (kind, unit, state) = (Text(component, "device_class"), Text(component, "unit_of_measurement"), Text(component, "state_class"));
        if (platform == "binary_sensor")
        {
            if (kind is not null && !BinaryClasses.Contains(kind)) yield return $"{kind} is no class of binary sensors.";
            if (unit is not null || state is not null) yield return "a binary sensor has no unit and no state class.";
            yield break;
        }
        if (kind is not null && !(Units.TryGetValue(kind, out var units) && units.Contains(unit ?? ""))) yield return $"{kind} is not told in \"{unit}\".";
        // DEVICE_CLASS_STATE_CLASSES: what is counted is no measurement, and the other way round.
        var isCounted = kind is "energy" or "water";
        if (state is not ("measurement" or "total_increasing")) yield return $"{state} is no state class.";
        if (kind is not null && isCounted != (state == "total_increasing")) yield return $"{kind} is no {state}.";
    }

    private static IEnumerable<string> Strange(string where, JsonElement element, HashSet<string> known) =>
        element.EnumerateObject().Where(member => !known.Contains(member.Name)).Select(member => $"{where}: {member.Name} is no key.");

    private static string? Text(JsonElement element, string key) => element.TryGetProperty(key, out var text) ? text.GetString() : null;

    private static bool IsTopic(JsonElement element, string key) => Text(element, key) is { Length: > 0 } topic && topic.IndexOfAny(['+', '#']) < 0;
}
