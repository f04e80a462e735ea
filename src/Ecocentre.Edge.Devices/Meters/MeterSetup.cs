using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>A meter model as one installation uses it: which points it yields, how each follows from the registers, and the plan to read
/// them. Pure and immutable, so that <c>check</c> can print it without a wire.</summary>
public sealed class MeterSetup
{
    private static readonly ImmutableArray<string> Usual =
    [
        "power.active", "voltage.l1", "voltage.l2", "voltage.l3", "current.l1", "current.l2", "current.l3",
        "energy.active.import", "energy.active.export", "frequency",
    ];

    private MeterSetup(MeterModel model, MeterOptions options, ImmutableArray<MountedPoint> mounted, ReadCost cost, MeterSetup? like)
    {
        Model = model;
        Options = options;
        Mounted = mounted;
        Points = [.. mounted.Select(m => m.Point)];
        Cost = cost;
        Plan = like is not null && like.Model == model && like.Cost == cost && like.Spans.SequenceEqual(Spans) ? like.Plan
            : ReadPlan.Make(Spans, model.Read, cost);
    }

    public MeterModel Model { get; }

    public MeterOptions Options { get; }

    /// <summary>The points it yields, in the order of their ids.</summary>
    public ImmutableArray<Point> Points { get; }

    /// <summary>The requests as long as the meter refuses none; for SunSpec meters with offsets instead of addresses.</summary>
    public ReadPlan Plan { get; }

    internal ImmutableArray<MountedPoint> Mounted { get; }

    internal ReadCost Cost { get; }

    internal IEnumerable<ReadSpan> Spans => Mounted.Select((m, index) => SpanOf(index));

    /// <summary>The quantities taken when a site names none: total power, voltages, currents, both energies and frequency as far as the
    /// model has them; all of a model that has none of these, as room sensors.</summary>
    public static ImmutableArray<string> UsualQuantities(MeterModel model, bool reversed)
    {
        var usual = Usual.Where(q => model.Points.ContainsKey(SourceOf(q, reversed))).ToImmutableArray();
        return usual.IsEmpty ? [.. model.Points.Keys.Order(StringComparer.Ordinal)] : usual;
    }

    /// <summary>The quantities a meter of this model can yield when it is mounted that way.</summary>
    public static IEnumerable<string> QuantitiesOf(MeterModel model, bool reversed) => model.Points.Keys.Select(q => SourceOf(q, reversed));

    /// <param name="first">Id of its first point; the others follow without a gap.</param>
    /// <param name="cost">What a request costs on the bus it is on; the model's own frame delay is added here.</param>
    /// <param name="like">A meter that may be read the same way: then both have one plan.</param>
    /// <exception cref="ArgumentException">The options name a quantity that <see cref="QuantitiesOf"/> does not have.</exception>
    public static MeterSetup Make(MeterModel model, MeterOptions options, PointId first, ReadCost cost, MeterSetup? like = null)
    {
        var quantities = options.Quantities.IsDefaultOrEmpty ? UsualQuantities(model, options.Reversed) : options.Quantities;
        var mounted = ImmutableArray.CreateBuilder<MountedPoint>(quantities.Length);
        foreach (var name in quantities.Distinct())
        {
            if (!model.Points.TryGetValue(SourceOf(name, options.Reversed), out var source) || !Quantity.TryGet(name, out var quantity))
                throw new ArgumentException($"{options.Name}: {model.Id} has no \"{name}\".");
            mounted.Add(Mount(model, options, source, quantity, new PointId((ushort)(first.Value + mounted.Count))));
        }
        return new MeterSetup(model, options, mounted.ToImmutable(), cost.WithFrameDelay(model.FrameDelay ?? TimeSpan.Zero), like);
    }

    internal ReadSpan SpanOf(int index)
    {
        var source = Mounted[index].Source;
        return new ReadSpan(index, source.Table, source.Address, source.Length, Mounted[index].Point.Period);
    }

    private static MountedPoint Mount(MeterModel model, MeterOptions options, MeterPoint source, Quantity quantity, PointId id)
    {
        var name = quantity.Name;
        var ratio = IsTransformed(name) ? options.TransformerRatio : 1;
        var gain = options.Reversed && (Under(name, "power.active") || Under(name, "power.reactive")) ? -ratio : ratio;
        var (low, high) = (source.Min * gain, source.Max * gain);
        var period = options.Periods.TryGetValue(name, out var own) ? own
            : source.Every is { } every && every > options.Period ? every : options.Period;
        return new MountedPoint(source, gain, new Point
        {
            Id = id,
            Name = $"{options.Name}.{name}",
            Quantity = quantity,
            Device = options.Name,
            Place = options.Places.TryGetValue(name, out var place) ? place : options.Place,
            Period = period,
            Min = Math.Min(low, high),
            Max = Math.Max(low, high),
            RateMaxPerHour = options.RatesMaxPerHour.TryGetValue(name, out var rate) ? rate : UsualRateMax(model, name) * ratio,
            RolloverAt = source.RolloverAt * ratio,
            // A float's step grows with its value; 100,000 kWh is a large building's meter after years.
            Resolution = (source.Resolution > 0 || quantity.Kind != PointKind.Counter ? source.Resolution : source.StepAt(100_000)) * ratio,
        });
    }

    /// <summary>An energy counter cannot grow faster than the largest power its own model calls plausible.</summary>
    private static double UsualRateMax(MeterModel model, string name)
    {
        if (!Under(name, "energy")) return double.PositiveInfinity;
        var phase = name.LastIndexOf(".l", StringComparison.Ordinal) is > 0 and var at ? name[at..] : "";
        var kind = Under(name, "energy.reactive") ? "power.reactive" : "power.active";
        foreach (var power in new[] { kind + phase, "power.active" })
        {
            if (!model.Points.TryGetValue(power, out var point)) continue;
            var largest = Math.Max(Math.Abs(point.Min), Math.Abs(point.Max));
            if (double.IsFinite(largest)) return largest / 1000;
        }
        return double.PositiveInfinity;
    }

    /// <summary>The quantity of the model that becomes <paramref name="name"/>; its own inverse.</summary>
    private static string SourceOf(string name, bool reversed)
    {
        if (!reversed || !Under(name, "energy")) return name;
        return name.Contains(".import", StringComparison.Ordinal) ? name.Replace(".import", ".export", StringComparison.Ordinal)
            : name.Replace(".export", ".import", StringComparison.Ordinal);
    }

    private static bool IsTransformed(string name) =>
        Under(name, "current") || Under(name, "energy") || Under(name, "power") && !Under(name, "power.factor");

    private static bool Under(string name, string root) =>
        name.StartsWith(root, StringComparison.Ordinal) && (name.Length == root.Length || name[root.Length] == '.');
}

/// <summary>A register of the model and the installation's point that follows from it.</summary>
/// <param name="Gain">Value of the point = decoded value x gain.</param>
internal readonly record struct MountedPoint(MeterPoint Source, double Gain, Point Point);
