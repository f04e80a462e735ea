using System.Collections.Frozen;
using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>A device of a bus and how it is built in.</summary>
/// <param name="Name">Unique in the centre; the first part of its points' names.</param>
/// <param name="JsonPath">Where the file speaks of it, for mistakes that show later.</param>
public abstract record SiteDevice(string Name, string JsonPath)
{
    /// <summary>What it is, in the site file's word: a meter model's id, <c>scd41</c>, <c>contact</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The same device, with its points private when it is one of those that watch desks.</summary>
    internal virtual SiteDevice WatchingDesks(IReadOnlySet<string> watchers) => this;
}

/// <summary>A Modbus meter or room sensor.</summary>
public sealed record SiteMeter(MeterModel Model, MeterOptions Options, string JsonPath) : SiteDevice(Options.Name, JsonPath)
{
    public override string Kind => Model.Id;
}

/// <summary>A sensor on an I2C bus or alone on a serial port.</summary>
/// <param name="Branch">The multiplexer's branch it sits behind, or null.</param>
public sealed record SiteSensor(SensorType Type, SensorOptions Options, MuxBranch? Branch, string JsonPath) : SiteDevice(Options.Name, JsonPath)
{
    public override string Kind => Type.Word;

    /// <summary>Places of single quantities, by name.</summary>
    public FrozenDictionary<string, string> Places { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <param name="first">Id of its first point.</param>
    internal SensorSetup Setup(PointId first) => SensorSetup.Make(Type, Options, first);

    /// <inheritdoc cref="Setup"/>
    internal ImmutableArray<Point> Points(PointId first) =>
        [.. Setup(first).Points.Select(p => Places.TryGetValue(p.Quantity.Name, out var place) ? p with { Place = place } : p)];

    internal override SiteDevice WatchingDesks(IReadOnlySet<string> watchers) =>
        this with { Options = Options with { Private = watchers.Contains(Name) } };
}

/// <summary>An expander with input lines on an I2C bus.</summary>
/// <param name="Chip"><c>mcp23017</c>.</param>
/// <param name="Period">Time between two looks at its lines.</param>
public sealed record SiteExpander(
    string Name, string JsonPath, string Chip, byte Address, MuxBranch? Branch, TimeSpan Period, ImmutableArray<ContactOptions> Contacts)
    : SiteDevice(Name, JsonPath)
{
    public override string Kind => Chip;

    /// <summary>The GPIO chip and the line of it that the expander's interrupt pin drives, or null: it is only asked.</summary>
    public (string Path, int Line)? Interrupt { get; init; }

    internal override SiteDevice WatchingDesks(IReadOnlySet<string> watchers) =>
        this with { Contacts = [.. Contacts.Select(c => c with { Private = watchers.Contains(c.Name) })] };
}

/// <summary>A contact on an input line: a PIR or mmWave output, a reed contact.</summary>
public sealed record SiteContact(ContactOptions Options, string JsonPath) : SiteDevice(Options.Name, JsonPath)
{
    public override string Kind => "contact";

    internal override SiteDevice WatchingDesks(IReadOnlySet<string> watchers) =>
        this with { Options = Options with { Private = watchers.Contains(Name) } };
}

/// <summary>A pulse output on an input line: S0 of an energy meter, a water meter's reed.</summary>
public sealed record SitePulse(PulseOptions Options, string JsonPath) : SiteDevice(Options.Name, JsonPath)
{
    public override string Kind => "pulse";
}

/// <summary>What others publish on one MQTT topic.</summary>
/// <param name="Place">Id of the space it measures, or null.</param>
/// <param name="SilentAfter">Without a message for so long it is missing.</param>
/// <param name="Private">It watches one desk.</param>
public sealed record SiteTopic(
    string Name, string JsonPath, string? Place, string Topic, TimeSpan SilentAfter, ImmutableArray<SiteTopicPoint> Points, bool Private = false)
    : SiteDevice(Name, JsonPath)
{
    public override string Kind => "topic";

    internal override SiteDevice WatchingDesks(IReadOnlySet<string> watchers) => this with { Private = watchers.Contains(Name) };
}

/// <summary>One quantity in a topic's payload.</summary>
/// <param name="Path">Where in the payload; empty when the payload itself is the value.</param>
/// <param name="Values">Words that stand for numbers; empty when the payload holds the number.</param>
/// <param name="Factor">To the canonical unit.</param>
public sealed record SiteTopicPoint(Quantity Quantity, string Path, FrozenDictionary<string, double> Values, double Factor);
