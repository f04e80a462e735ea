using System.CommandLine;
using System.Globalization;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Ingest;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Commands;

/// <summary><c>ingest --broker URL --influx URL</c>: takes every centre's log from a broker into a database, and acknowledges to the gateway what the
/// database has taken. It may die at any moment: what it had not acknowledged comes again.</summary>
internal static class IngestCommand
{
    // The broker keeps for an ingest that is away what arrives within a day; a longer absence is the gateways' to bridge.
    private static readonly TimeSpan SessionExpiry = TimeSpan.FromDays(1);

    private static readonly TimeSpan ReportPeriod = TimeSpan.FromMinutes(1);

    private static readonly Option<string> Broker = new("--broker") { Description = "The broker, mqtt://HOST:PORT or mqtts://…", Required = true };
    private static readonly Option<string> Influx = new("--influx") { Description = "The database server, http://HOST:PORT.", Required = true };
    private static readonly Option<string> Flavour = new("--flavour") { Description = "Kind of database: v1, v2, v3 (InfluxDB) or victoria.",
        DefaultValueFactory = _ => "v1" };
    private static readonly Option<string> Database = new("--database") { Description = "Database, or bucket.", DefaultValueFactory = _ => "ecocentre" };
    private static readonly Option<bool> Create = new("--create-database") { Description = "Create a missing InfluxDB 1.x database." };
    private static readonly Option<string?> Organisation = new("--organisation") { Description = "InfluxDB 2.x organisation." };
    private static readonly Option<string?> TokenFile = new("--token-file") { Description = "File with the database's token, one line." };
    private static readonly Option<string?> DatabaseUser = new("--database-user") { Description = "User of the database." };
    private static readonly Option<string?> DatabasePasswordFile = new("--database-password-file") { Description = "File with that user's "
        + "password, one line." };
    private static readonly Option<string?> User = new("--user") { Description = "User at the broker." };
    private static readonly Option<string?> PasswordFile = new("--password-file") { Description = "File with the broker's password, one line." };
    private static readonly Option<string?> Authority = new("--ca") { Description = "PEM file of the broker's authority." };
    private static readonly Option<string?> DatabaseAuthority = new("--database-ca") { Description = "PEM file of an https database's authority." };
    private static readonly Option<string?> Certificate = new("--certificate") { Description = "PEM file of our certificate." };
    private static readonly Option<string?> Key = new("--key") { Description = "PEM file of its key." };
    private static readonly Option<string> Name = new("--name") { Description = "Name of this ingest; unique at the broker.",
        DefaultValueFactory = _ => "ingest-1" };
    private static readonly Option<string?> Group = new("--group") { Description = "Share the work with other ingests of this group." };
    private static readonly Option<string> Rejected = new("--rejected") { Description = "Folder for what the database refuses.",
        DefaultValueFactory = _ => "rejected" };
    private static readonly Option<string?> Replay = new("--replay") { Description = "Ask a centre to send a range again, CENTRE:FROM-TO, for a "
        + "database that lost its past." };

    internal static Command Build(Terminal terminal)
    {
        var command = new Command("ingest", "Take the logs of all centres from a broker into a database, and acknowledge what it has.")
        {
            Broker, Influx, Flavour, Database, Create, Organisation, TokenFile, DatabaseUser, DatabasePasswordFile, DatabaseAuthority,
            User, PasswordFile, Authority, Certificate, Key, Name, Group, Rejected, Replay,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (mqtt, influx, options) = Options(parsed);
            var replay = parsed.GetValue(Replay) is { } text ? ParseReplay(text) : default((string, long, long)?);
            await RunAsync(mqtt, influx, options, replay, terminal, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task RunAsync(
        MqttOptions mqtt, InfluxOptions influx, IngestOptions options, (string Centre, long From, long To)? replay, Terminal terminal,
            CancellationToken cancellation)
    {
        await using var link = Adapters.Link(mqtt, null, terminal.Time, Jitter.For(mqtt.ClientId));
        using var writer = new InfluxWriter(influx, terminal.Time);
        var ingest = new IngestLoop(link, writer, options, terminal.Time, Jitter.For(options.Name));
        terminal.Errors.WriteLine($"{options.Name}: {mqtt} → {influx}");
        var run = ingest.RunAsync(cancellation);
        var report = ReportAsync(ingest, link, terminal, cancellation);
        if (replay is { } asked)
        {
            await link.WaitForConnectionAsync(cancellation);
            var refused = await ingest.RequestReplayAsync(asked.Centre, asked.From, asked.To, cancellation);
            terminal.Errors.WriteLine(refused is null ? $"{asked.Centre} is asked for {asked.From} to {asked.To} again."
                : $"The request did not go out: {refused}");
        }
        // Both end when told to; one that ends by itself has something to say.
        await await Task.WhenAny(run, report);
    }

    /// <summary>Says once a minute how it goes, and at once when trouble begins or ends.</summary>
    private static async Task ReportAsync(IngestLoop ingest, MqttLink link, Terminal terminal, CancellationToken cancellation)
    {
        string? told = null;
        var next = terminal.Time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), terminal.Time, cancellation);
                var health = ingest.Health;
                var trouble = link.Trouble ?? health.Trouble;
                if (trouble != told) terminal.Errors.WriteLine(trouble ?? "Going on again.");
                told = trouble;
                if (terminal.Time.GetElapsedTime(next) < ReportPeriod) continue;
                next = terminal.Time.GetTimestamp();
                terminal.Errors.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{health.LinesWritten} lines in the database, {health.LinesSetApart} set apart, {health.PendingMessages} messages waiting, "
                        + $"{health.MessagesDropped} left to be sent again"));
            }
        }
        catch (OperationCanceledException)
        {
            // The end was asked for.
        }
    }

    private static (MqttOptions, InfluxOptions, IngestOptions) Options(ParseResult parsed)
    {
        var name = parsed.GetValue(Name)!;
        var mqtt = new MqttOptions
        {
            Broker = Address(parsed, Broker), ClientId = $"ecocentre-{name}", User = parsed.GetValue(User), Password = Secret(parsed, PasswordFile),
            AuthorityFile = parsed.GetValue(Authority), CertificateFile = parsed.GetValue(Certificate), KeyFile = parsed.GetValue(Key),
                SessionExpiry = SessionExpiry,
        };
        if (!OutputPlaces.Flavours.TryGetValue(parsed.GetValue(Flavour)!, out var flavour))
            throw new CannotRunException($"--flavour \"{parsed.GetValue(Flavour)}\" is not known. Write one of "
                + $"{string.Join(", ", OutputPlaces.Flavours.Keys)}.");
        var influx = new InfluxOptions
        {
            Url = Address(parsed, Influx), Flavour = flavour, Database = parsed.GetValue(Database)!, Organisation = parsed.GetValue(Organisation),
            Token = Secret(parsed, TokenFile), User = parsed.GetValue(DatabaseUser), Password = Secret(parsed, DatabasePasswordFile),
                CreateDatabase = parsed.GetValue(Create), AuthorityFile = parsed.GetValue(DatabaseAuthority),
        };
        var options = new IngestOptions { Name = name, Group = parsed.GetValue(Group), RejectedFolder = parsed.GetValue(Rejected)! };
        Mistake[] mistakes = [.. mqtt.Check("ingest", "--broker"), .. influx.Check("ingest", "--influx"), .. options.Check("ingest", "-")];
        return mistakes.Length == 0 ? (mqtt, influx, options) : throw new CannotRunException(string.Join(Environment.NewLine, mistakes.AsEnumerable()));
    }

    private static Uri Address(ParseResult parsed, Option<string> option) =>
        Uri.TryCreate(parsed.GetRequiredValue(option), UriKind.Absolute, out var address) ? address
            : throw new CannotRunException($"{option.Name} \"{parsed.GetRequiredValue(option)}\" is no address. Write it with its scheme, as in "
                + $"mqtt://broker:1883 or http://database:8086.");

    private static string? Secret(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } file) return null;
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException($"{option.Name} {file} cannot be read: {e.Message}", e);
        }
    }

    private static (string, long, long) ParseReplay(string text)
    {
        var parts = text.Split(':', '-') is { Length: >= 3 } ? text.Split(':', 2) : [];
        var ends = parts.Length == 2 ? parts[1].Split('-') : [];
        if (ends.Length == 2 && Topics.IsCentreId(parts[0]) && long.TryParse(ends[0], CultureInfo.InvariantCulture, out var from)
            && long.TryParse(ends[1], CultureInfo.InvariantCulture, out var to) && from >= 1 && to >= from) return (parts[0], from, to);
        throw new CannotRunException($"--replay \"{text}\" cannot be understood. Write CENTRE:FROM-TO, as in lyon-1:1-5000.");
    }
}
