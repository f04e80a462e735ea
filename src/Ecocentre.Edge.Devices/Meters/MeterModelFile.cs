using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>Reads the text of a meter model file. Everything wrong is a mistake with its place; a file with one is not used.</summary>
/// <remarks> What the form (<c>config/schemas/meter-model.schema.json</c>) leaves open: a <c>register</c> is zero-based, as sent on the
/// wire; the display forms 30001 and 40001, as text or with six digits, are refused with the right number. <c>min</c>, <c>max</c>,
/// <c>rolloverAt</c>, <c>resolution</c> and the capture's <c>expect</c> are in canonical units; a probe's <c>between</c> is in the raw
/// number times the step's own <c>scale</c>, if any. <c>holes</c> are pairs of first and last register, both included, of table
/// <c>read.table</c>. <c>capture.registers</c> maps the first register of a stretch (<c>"72"</c>, or <c>"input:72"</c> where a file uses
/// both tables) to its words, and covers the probe's registers too.
/// </remarks>
internal sealed class MeterModelFile
{
    private const int AddressMax = 0xFFFF;

    private static readonly Dictionary<string, RegisterTable> Tables = new()
    {
        ["input"] = RegisterTable.Input, ["holding"] = RegisterTable.Holding,
    };

    private static readonly Dictionary<string, WordOrder> Orders = new()
    {
        ["ABCD"] = WordOrder.Abcd, ["CDAB"] = WordOrder.Cdab, ["BADC"] = WordOrder.Badc, ["DCBA"] = WordOrder.Dcba,
    };

    private static readonly Dictionary<string, RegisterType> Types =
        Enum.GetValues<RegisterType>().ToDictionary(t => t.ToString().ToLowerInvariant());

    private static readonly Dictionary<string, Parity> Parities = new()
    {
        ["none"] = Parity.None, ["even"] = Parity.Even, ["odd"] = Parity.Odd,
    };

    private static readonly Dictionary<string, string> Evidences =
        new[] { "maker's document", "two independent sources", "one source" }.ToDictionary(e => e);

    private readonly JsonPlace _root;
    private readonly Func<bool> _isCleanSoFar;
    private readonly RegisterTable _table;
    private readonly WordOrder _order;

    private MeterModelFile(JsonPlace root, Func<bool> isCleanSoFar)
    {
        _root = root;
        _isCleanSoFar = isCleanSoFar;
        var read = root["read"];
        _table = read["table"].Word(Tables);
        _order = read["order"].Word(Orders);
    }

    public static MeterModel? Parse(string fileName, string text, List<Mistake> mistakes)
    {
        var before = mistakes.Count;
        var root = JsonPlace.Parse(fileName, text, mistakes);
        var id = Path.GetFileNameWithoutExtension(fileName);
        var model = root is null ? null : new MeterModelFile(root, () => mistakes.Count == before).Model(id);
        root?.Done();
        return mistakes.Count == before ? model : null;
    }

    private MeterModel Model(string id)
    {
        var ids = _root.Optional("sunspec")?["models"].Items(countMin: 1) ?? [];
        var sunSpec = ids.Select(i => i.Integer(1, AddressMax - 1)).ToImmutableArray();
        var read = Limits();
        var points = Points(read);
        var probe = Probe(sunSpec.IsEmpty);
        var capture = Capture(_root["capture"], points);
        // What is compared must first be right in itself: a wrong type would only show a second time as a wrong value.
        if (_isCleanSoFar()) ValuesAgree(capture, points);
        if (_isCleanSoFar()) ProbeHolds(probe, capture);
        return new MeterModel
        {
            Id = id,
            Brand = _root["brand"].Text(),
            Models = [.. _root["models"].Items(countMin: 1).Select(m => m.Text())],
            Source = Source(_root["source"]),
            Serial = _root.Optional("serial") is { } serial ? Serial(serial) : null,
            Read = read,
            FrameDelay = _root["read"].Optional("frameDelay")?.Duration(max: TimeSpan.FromSeconds(10)),
            Timeout = _root["read"].Optional("timeout")?.Duration(max: TimeSpan.FromSeconds(30)),
            Probe = probe,
            SunSpecIds = sunSpec,
            Points = points,
            Notes = [.. (_root.Optional("notes")?.Items() ?? []).Select(n => n.Text())],
            Capture = capture,
            Checks = Checks(_root["checks"]),
        };
    }

    private static MeterSource Source(JsonPlace place)
    {
        place.Optional("sha256")?.Text();
        return new MeterSource(place["title"].Text(), place["revision"].Text(), place["link"].Text(), place["evidence"].Word(Evidences));
    }

    private static SerialDefaults Serial(JsonPlace place) => new(
        place["baud"].Integer(300, 4_000_000), place["parity"].Word(Parities), place["stopBits"].Integer(1, 2),
        (byte)(place.Optional("unit")?.Integer(1, 247) ?? 1));

    private ReadLimits Limits()
    {
        var read = _root["read"];
        var registersMax = read["registersMax"].Integer(1, ReadLimits.RegistersMaxOfProtocol);
        var holes = ImmutableArray.CreateBuilder<(RegisterTable, RegisterRange)>();
        foreach (var hole in read.Optional("holes")?.Items() ?? [])
        {
            var ends = hole.Items(countMin: 2);
            if (ends.Count != 2) continue;
            var (first, last) = (Register(ends[0]), Register(ends[1]));
            if (last < first) hole.Wrong($"ends before it begins: {first} to {last}.", "Write first and last register, both included.");
            holes.Add((_table, new RegisterRange(first, last)));
        }
        return new ReadLimits
        {
            RegistersMax = registersMax > 0 ? registersMax : ReadLimits.RegistersMaxOfProtocol,
            GapMax = read.Optional("gapMax")?.Integer(0, ReadLimits.RegistersMaxOfProtocol) ?? registersMax,
            EvenCounts = read.Optional("evenCounts")?.Flag() ?? false,
            Holes = holes.ToImmutable(),
        };
    }

    private FrozenDictionary<string, MeterPoint> Points(ReadLimits limits)
    {
        var points = new Dictionary<string, MeterPoint>();
        var places = new List<(MeterPoint Point, JsonPlace Place)>();
        foreach (var (name, place) in _root["points"].Members())
        {
            if (!Quantity.TryGet(name, out var quantity))
            {
                place.Wrong($"\"{name}\" is no quantity.", JsonPlace.Nearest(name, Quantity.All.Select(q => q.Name)) is { } near
                    ? $"Did you mean \"{near}\"?" : "The quantities stand in src/Ecocentre.Edge.Core/Plant/Quantity.cs.");
                continue;
            }
            if (!place.IsObject)
            {
                place.Wrong("is no object.", "Write { \"register\": …, \"type\": …, \"unit\": … }.");
                continue;
            }
            var point = Point(quantity, place);
            Fits(point, limits, place);
            foreach (var (other, _) in places)
                if (other.Table == point.Table && Collides(other, point))
                    place.Wrong(
                        $"shares a register with {other.Quantity.Name} without being the same number.", "Check register and type of both.");
            places.Add((point, place));
            points[name] = point;
        }
        if (_root["points"].IsObject && points.Count == 0)
            _root["points"].Wrong("holds no usable point.", "Describe at least one quantity.");
        return points.ToFrozenDictionary();
    }

    private MeterPoint Point(Quantity quantity, JsonPlace place)
    {
        var sum = place.Optional("sum")?.Items(countMin: 2).Select(Register).ToImmutableArray() ?? [];
        if (!sum.IsEmpty && place.Optional("register") is { } both) both.Wrong("stands beside \"sum\".", "Keep one of the two.");
        var type = place["type"].Word(Types);
        var format = new RegisterFormat(type, place.Optional("order")?.Word(Orders) ?? _order);
        var unit = place["unit"].Text();
        if (!Unit.TryFactor(unit, quantity.Unit, out var toCanonical) && unit.Length > 0)
            place["unit"].Wrong($"\"{unit}\" cannot become {quantity.Unit}, the unit of {quantity.Name}.",
                $"Write one of {string.Join(", ", Unit.All.Where(u => Unit.TryFactor(u, quantity.Unit, out _)))}, with \"scale\" where the "
                + "register counts in other steps.");
        var scale = place.Optional("scale")?.Number(1e-12, 1e12) ?? 1;
        var factor = scale > 0 && toCanonical > 0 ? scale * toCanonical : 1;
        var rollover = place.Optional("rolloverAt")?.Number(double.Epsilon);
        if (rollover is not null && quantity.Kind != PointKind.Counter)
            place["rolloverAt"].Wrong($"belongs to counters; {quantity.Name} is none.", "Remove it.");
        var point = new MeterPoint
        {
            Quantity = quantity,
            Table = place.Optional("table")?.Word(Tables) ?? _table,
            Registers = sum.IsEmpty ? [Register(place["register"])] : sum,
            Format = format,
            Printed = place.Optional("printed")?.Text(),
            Unit = unit,
            Factor = factor,
            ScaleRegister = place.Optional("scaleRegister") is { } scaleRegister ? Register(scaleRegister) : null,
            Invalid = [.. (place.Optional("invalid")?.Items() ?? []).Select(i => Pattern(i, format))],
            Min = place.Optional("min")?.Number() ?? double.NegativeInfinity,
            Max = place.Optional("max")?.Number() ?? double.PositiveInfinity,
            RolloverAt = rollover,
            Resolution = place.Optional("resolution")?.Number(0) ?? (format.IsFloat ? 0 : factor),
            Every = place.Optional("every")?.Duration(),
            Optional = place.Optional("optional")?.Flag() ?? false,
        };
        if (point.Min >= point.Max)
            place["min"].Wrong("is not below \"max\".", "Exchange or correct them; both are in the canonical unit.");
        return point;
    }

    private static void Fits(MeterPoint point, ReadLimits limits, JsonPlace place)
    {
        var count = limits.EvenCounts ? point.Length + point.Length % 2 : point.Length;
        if (count > limits.RegistersMax)
            place.Wrong($"spans {point.Length} registers, and {count} do not fit one request of at most {limits.RegistersMax}.",
                "A sum or a scale register must lie close to its number; else leave the point out.");
        if (point.Address + point.Length > AddressMax + 1)
            place.Wrong($"ends after register {AddressMax}, the last there is.", "Check register and type.");
        foreach (var (table, range) in limits.Holes)
            if (table == point.Table && range.Overlaps(point.Address, point.Length))
                place.Wrong($"lies in the hole {range.First} to {range.Last}, which is never read.", "Correct the register or read.holes.");
    }

    private static bool Collides(MeterPoint a, MeterPoint b)
    {
        foreach (var left in a.Registers)
            foreach (var right in b.Registers)
                if (left < right + b.Format.Words && right < left + a.Format.Words && !(left == right && a.Format == b.Format)) return true;
        return false;
    }

    private ImmutableArray<ProbeStep> Probe(bool required)
    {
        // A SunSpec model is recognised by its marker and id. Others may say [] where nothing tells them from their neighbours.
        var place = required ? _root["probe"] : _root.Optional("probe");
        return place is null ? [] : [.. place.Items().Select(Step)];
    }

    private void ProbeHolds(ImmutableArray<ProbeStep> probe, MeterCapture capture)
    {
        foreach (var step in probe)
        {
            var words = new ushort[step.Count];
            var known = capture.Registers.Count > 0;
            for (var i = 0; i < step.Count; i++) known &= capture.Registers.TryGetValue((step.Table, step.Address + i), out words[i]);
            if (!known)
                _root["capture"]["registers"].Wrong(
                    $"lacks the probe's register {step.Address}.", "Add its words, so that the probe is tried too.");
            else if (!step.Holds(words, out var found))
                _root["probe"].Wrong($"does not hold for the capture: register {step.Address} reads {found}.", "Correct one of them.");
        }
    }

    private ProbeStep Step(JsonPlace place)
    {
        var table = place.Optional("table")?.Word(Tables) ?? _table;
        var address = Register(place["register"]);
        if (place.Optional("text") is { } text)
        {
            var count = place["registers"].Integer(1, 32);
            var words = text.Text();
            if (words.Length > count * 2) text.Wrong($"\"{words}\" does not fit {count} registers.", "Two characters fit one register.");
            return new ProbeStep(table, address, Math.Max(count, 1), default, 1, 0, 0, "", words);
        }
        var format = new RegisterFormat(place["type"].Word(Types), place.Optional("order")?.Word(Orders) ?? _order);
        var scale = place.Optional("scale")?.Number(1e-12, 1e12) ?? 1;
        var unit = place.Optional("unit")?.Text() ?? "";
        if (unit.Length > 0 && !Unit.All.Contains(unit))
            place["unit"].Wrong($"\"{unit}\" is no unit known here.", $"Known are {string.Join(", ", Unit.All)}.");
        if (place.Optional("equals") is { } equal)
        {
            var value = equal.Number();
            return new ProbeStep(table, address, format.Words, format, scale, value, value, unit, null);
        }
        var between = place["between"].Items(countMin: 2);
        var (min, max) = between.Count == 2 ? (between[0].Number(), between[1].Number()) : (0, 1);
        if (min >= max) place["between"].Wrong("does not go from a smaller to a larger number.", "Write [smallest, largest].");
        return new ProbeStep(table, address, format.Words, format, scale, min, max, unit, null);
    }

    private MeterCapture Capture(JsonPlace place, FrozenDictionary<string, MeterPoint> points)
    {
        var registers = new Dictionary<(RegisterTable, int), ushort>();
        foreach (var (key, words) in place["registers"].Members())
        {
            var (table, number) = (_table, key);
            if (key.Split(':') is [var prefix, var rest] && Tables.TryGetValue(prefix, out var named)) (table, number) = (named, rest);
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var address) || address > AddressMax)
            {
                words.Wrong($"\"{key}\" is no register.", "Write the first register of the stretch, as in \"72\" or \"input:72\".");
                continue;
            }
            foreach (var (offset, word) in words.Items(countMin: 1).Index())
                if (!registers.TryAdd((table, address + offset), (ushort)word.Integer(0, 0xFFFF)))
                    word.Wrong($"is a second word for register {address + offset}.", "Let the stretches not overlap.");
        }
        var expect = new Dictionary<string, double>();
        foreach (var (name, value) in place["expect"].Members())
        {
            expect[name] = value.Number();
            if (!points.ContainsKey(name)) value.Wrong($"\"{name}\" is no point of this file.", "Name one that stands under \"points\".");
        }
        if (place["expect"].IsObject && expect.Count == 0) place["expect"].Wrong("is empty.", "Give the value of at least one point.");
        return new MeterCapture(place["from"].Text(), registers.ToFrozenDictionary(), expect.ToFrozenDictionary());
    }

    private void ValuesAgree(MeterCapture capture, FrozenDictionary<string, MeterPoint> points)
    {
        foreach (var (name, expected) in capture.Expect)
        {
            var (point, place) = (points[name], _root["capture"]["expect"][name]);
            var missing = Occupied(point).Where(address => !capture.Registers.ContainsKey((point.Table, address))).ToArray();
            if (missing.Length > 0)
            {
                place.Wrong($"register {missing[0]} of it is not in the capture.", "Add its word to \"registers\".");
                continue;
            }
            var words = new ushort[point.Length];
            for (var i = 0; i < words.Length; i++) words[i] = capture.Registers.GetValueOrDefault((point.Table, point.Address + i));
            var value = point.Decode(words);
            // 1e-6: a little over the step of a float32 (6e-8 of the value), so that people may write 230.2.
            if (!(Math.Abs(value - expected) <= 1e-6 * Math.Abs(expected)))
                place.Wrong(
                    string.Create(CultureInfo.InvariantCulture, $"is {expected}, but the captured registers decode to {value} {point.Quantity.Unit}."),
                    "Correct type, order, scale, unit or the capture; the value is in the canonical unit.");
        }
    }

    private static IEnumerable<int> Occupied(MeterPoint point)
    {
        foreach (var register in point.Registers)
            for (var i = 0; i < point.Format.Words; i++) yield return register + i;
        if (point.ScaleRegister is { } scale) yield return scale;
    }

    private static FrozenDictionary<string, string> Checks(JsonPlace place)
    {
        var checks = new Dictionary<string, string>();
        foreach (var (name, value) in place.Members())
        {
            var text = value.Text();
            checks[name] = text;
            var reasoned = text.Split(':', 2) is ["todo" or "exempt", { Length: > 2 }];
            if (text.Length > 0 && text != "done" && !text.StartsWith("done:", StringComparison.Ordinal) && !reasoned)
                value.Wrong($"is \"{text}\".", "Write \"done\", \"todo: what is missing\" or \"exempt: why\".");
        }
        return checks.ToFrozenDictionary();
    }

    private static ulong Pattern(JsonPlace place, RegisterFormat format)
    {
        var text = place.Text();
        var digits = format.Words * 4;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && text.Length == digits + 2
            && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)) return bits;
        if (text.Length > 0)
            place.Wrong(
                $"\"{text}\" is not the full width of the number.",
                $"Write 0x and {digits} hexadecimal digits, most significant first, as the maker prints it.");
        return 0;
    }

    /// <summary>A register as sent on the wire; the display forms are refused with the number that was meant.</summary>
    private static int Register(JsonPlace place)
    {
        if (place.IsText)
        {
            var text = place.Text();
            var number = 0;
            if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number))
                place.Wrong($"is the text \"{text}\".", $"Write {number}, without quotes.");
            else if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
                || !Display(place, number, 10_000) && !Display(place, number, 100_000))
                place.Wrong($"is the text \"{text}\".", "Write the register as sent on the wire, zero-based, without quotes.");
            return 0;
        }
        else if (place.IsNumber && place.Integer() is > AddressMax and var wide && Display(place, wide, 100_000)) return 0;
        return place.Integer(0, AddressMax);
    }

    private static bool Display(JsonPlace place, int printed, int digits)
    {
        var table = printed / digits;
        var wire = printed % digits - 1;
        if (table is not (3 or 4) || wire is < 0 or > AddressMax) return false;
        var (name, code) = table == 3 ? ("input", 4) : ("holding", 3);
        place.Wrong(
            $"{printed} is a display number.", $"Write {wire} with table \"{name}\" (function {code}), which is what goes over the wire.");
        return true;
    }
}
