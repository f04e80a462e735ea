using System.CommandLine;
using System.Globalization;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Commands;

/// <summary><c>scan --tcp HOST:PORT | --serial PATH</c>: which unit ids answer and which model each looks like. It only reads.
/// Exit code 1 when nothing answered.</summary>
internal static class ScanCommand
{
    private static readonly Option<string?> Tcp = new("--tcp") { Description = "A Modbus TCP server, HOST or HOST:PORT (502)." };
    private static readonly Option<string?> Tunnel = new("--rtu-over-tcp") { Description = "A serial line behind a TCP converter, HOST:PORT." };
    private static readonly Option<string?> Serial = new("--serial") { Description = "A serial port, such as /dev/ttyUSB0." };
    private static readonly Option<int> Baud = new("--baud") { Description = "Baud rate of the serial port.", DefaultValueFactory = _ => 9600 };
    private static readonly Option<string> ParityOption = Word("--parity", "Parity of the serial port.", "none", "even", "odd");
    private static readonly Option<int> StopBits = new("--stop-bits") { Description = "Stop bits of the serial port, 1 or 2.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Units = new("--units") { Description = "Unit ids to ask, as in 1-32 or 1,5,100-110.",
        DefaultValueFactory = _ => "1-247" };
    private static readonly Option<int> TimeoutOption = new("--timeout") { Description = "Milliseconds a unit may take to answer.",
        DefaultValueFactory = _ => 300 };

    // One question to every unit id there is: most servers answer for those that they have and are silent about all others.
    private const int SilencesInRowMax = 256;

    internal static Command Build(Terminal terminal)
    {
        var (models, json) = (SiteArgument.Models(), SiteArgument.Json());
        var command = new Command("scan", "Find out which unit ids answer on a bus and which meter model each looks like.")
        {
            Tcp, Tunnel, Serial, Baud, ParityOption, StopBits, Units, TimeoutOption, models, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var units = ParseUnits(parsed.GetValue(Units)!);
            var catalogue = SiteArgument.Catalogue(parsed.GetValue(models));
            await using var transport = Connect(parsed, terminal.Time);
            var found = await ScanAsync(new ModelProbe(transport, catalogue), units, terminal, cancellation);
            if (parsed.GetValue(json))
                terminal.WriteJson(found.Select(f =>
                    new { unit = f.Unit, models = f.Matches.Select(m =>
                    new { id = m.Model.Id, brand = m.Model.Brand, models = m.Model.Models, found = m.Found }) }));
            else Write(found, units.Count, terminal);
            return found.Count > 0 ? ExitCode.Ok : ExitCode.FoundWrong;
        });
        return command;
    }

    private static async Task<List<(byte Unit, IReadOnlyList<ModelMatch> Matches)>> ScanAsync(
        ModelProbe probe, IReadOnlyList<byte> units, Terminal terminal, CancellationToken cancellation)
    {
        var found = new List<(byte, IReadOnlyList<ModelMatch>)>();
        foreach (var (index, unit) in units.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            terminal.Progress($"unit {unit} ({index + 1} of {units.Count}), {found.Count} found …");
            switch (await probe.AnswersAsync(unit, cancellation))
            {
                case null:
                    found.Add((unit, await probe.MatchAsync(unit, cancellation)));
                    break;
                case { Kind: FaultKind.NoBus } gone:
                    terminal.ProgressDone();
                    throw new CannotRunException(gone.Text);
            }
        }
        terminal.ProgressDone();
        return found;
    }

    private static void Write(List<(byte Unit, IReadOnlyList<ModelMatch> Matches)> found, int asked, Terminal terminal)
    {
        var table = new TextTable("unit", "model", "brand", "names", "why");
        foreach (var (unit, matches) in found)
        {
            var number = unit.ToString(CultureInfo.InvariantCulture);
            if (matches.Count == 0) table.Add(number, "?", "", "", "answers, but looks like no model known here");
            foreach (var match in matches)
                table.Add(number, match.Model.Id, match.Model.Brand, string.Join(", ", match.Model.Models), string.Join("; ", match.Found));
        }
        if (found.Count > 0) terminal.Output.Write(table);
        terminal.Errors.WriteLine(found.Count > 0
            ? $"{found.Count} of {asked} unit ids answer."
            : $"None of {asked} unit ids answers. Check A and B, the termination, baud rate and parity; slow meters need a longer --timeout.");
    }

    private static ModbusTransport Connect(ParseResult parsed, TimeProvider time)
    {
        var (tcp, tunnel, serial) = (parsed.GetValue(Tcp), parsed.GetValue(Tunnel), parsed.GetValue(Serial));
        if (new[] { tcp, tunnel, serial }.Count(w => w is not null) != 1) throw new CannotRunException("Give one of --tcp, --rtu-over-tcp and --serial.");
        var milliseconds = parsed.GetValue(TimeoutOption);
        if (milliseconds is < 10 or > 60_000) throw new CannotRunException($"--timeout {milliseconds} is not possible. Write 10 to 60000 milliseconds.");
        var timeout = TimeSpan.FromMilliseconds(milliseconds);
        if (tcp is not null) return new TcpTransport(Endpoint(tcp), new TcpTiming { ReplyTimeout = timeout, SilencesInRowMax = SilencesInRowMax }, time);
        if (tunnel is not null) return new RtuTransport(Endpoint(tunnel), RtuTiming.OverTcp with { ReplyTimeout = timeout, LateMax = timeout }, time);
        var (baud, stopBits) = (parsed.GetValue(Baud), parsed.GetValue(StopBits));
        if (baud is < 300 or > 4_000_000) throw new CannotRunException($"--baud {baud} is not possible. Write 300 to 4000000.");
        if (stopBits is not (1 or 2)) throw new CannotRunException($"--stop-bits {stopBits} is not possible. Write 1 or 2.");
        var settings = new SerialSettings(baud, Enum.Parse<Parity>(parsed.GetValue(ParityOption)!, ignoreCase: true), stopBits);
        return RtuTransport.OnSerialPort(serial!, settings, RtuTiming.Serial(settings) with { ReplyTimeout = timeout, LateMax = timeout }, time);
    }

    private static Func<CancellationToken, ValueTask<Stream>> Endpoint(string text)
    {
        var colon = text.LastIndexOf(':');
        var (host, port) = colon > 0 && int.TryParse(text[(colon + 1)..], CultureInfo.InvariantCulture, out var number) ? (text[..colon], number)
            : (text, TcpDial.DefaultPort);
        if (port is < 1 or > 65_535 || Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown)
            throw new CannotRunException($"\"{text}\" is no address. Write HOST or HOST:PORT, as in 192.0.2.20:502.");
        return TcpDial.To(host.Trim('[', ']'), port);
    }

    private static List<byte> ParseUnits(string text)
    {
        var units = new SortedSet<byte>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !byte.TryParse(ends[0], CultureInfo.InvariantCulture, out var first)
                || !byte.TryParse(ends[^1], CultureInfo.InvariantCulture, out var last) || last < first)
                throw new CannotRunException($"--units \"{text}\" cannot be understood at \"{part}\". Write for instance 1-32 or 1,5,100-110, up to 255.");
            for (int unit = first; unit <= last; unit++) units.Add((byte)unit);
        }
        return [.. units];
    }

    private static Option<string> Word(string name, string description, params string[] words)
    {
        var option = new Option<string>(name) { Description = $"{description} One of {string.Join(", ", words)}.", DefaultValueFactory = _ => words[0] };
        option.AcceptOnlyFromAmong(words);
        return option;
    }
}
