using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>Where and how lines are written. Checked once at load by <see cref="Check"/>, then plain.</summary>
public sealed record InfluxOptions
{
    /// <summary>Root of the server, <c>http://127.0.0.1:8086</c>; a path before it (a reverse proxy's) is kept.</summary>
    public required Uri Url { get; init; }

    public InfluxFlavour Flavour { get; init; } = InfluxFlavour.Influx1;

    /// <summary>1.x and 3.x: the database; 2.x: what it calls a bucket; VictoriaMetrics: a label, or empty.</summary>
    public string Database { get; init; } = "";

    /// <summary>2.x only.</summary>
    public string? Organisation { get; init; }

    /// <summary>1.x only; null for the database's default.</summary>
    public string? RetentionPolicy { get; init; }

    /// <summary>2.x and 3.x, or a bearer token for others.</summary>
    public string? Token { get; init; }

    /// <summary>1.x and VictoriaMetrics behind a login.</summary>
    public string? User { get; init; }

    /// <inheritdoc cref="User"/>
    public string? Password { get; init; }

    /// <summary>PEM file of the authorities that an https server's certificate must descend from; null for those the system trusts.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Compresses bodies: worth it on a slow uplink, not on loopback.</summary>
    public bool Gzip { get; init; }

    /// <summary>Creates a missing 1.x database instead of waiting for a person to do so.</summary>
    public bool CreateDatabase { get; init; }

    /// <summary>How long one request may take until it is given up and sent again.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most lines in one request. 5,000: what the makers of InfluxDB recommend for a batch.</summary>
    public int LinesMax { get; init; } = 5_000;

    /// <summary>What is wrong with these values; empty when nothing is.</summary>
    /// <param name="file">The file they came from.</param>
    /// <param name="path">Place in it, such as <c>$.influx</c>.</param>
    public ImmutableArray<Mistake> Check(string file, string path)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        void Wrong(bool wrong, string key, string problem, string remedy)
        {
            if (wrong) mistakes.Add(new Mistake(file, $"{path}.{key}", problem, remedy));
        }

        var tokens = Flavour is InfluxFlavour.Influx2 or InfluxFlavour.Influx3;
        var web = Url.IsAbsoluteUri && Url.Scheme is "http" or "https";
        Wrong(!web, "url",
            $"\"{Url.OriginalString}\" is not the address of a database server.", "Write http://host:port, or https://host:port for TLS.");
        Wrong(web && Url.UserInfo.Length > 0, "url", "The address holds a user name.", "Write user and password as keys of their own.");
        Wrong(web && (Url.Query + Url.Fragment).Length > 0, "url",
            "The address has a query.", "End it after the port, or after the path of a proxy.");
        Wrong(Database.Length == 0 && Flavour != InfluxFlavour.VictoriaMetrics,
            "database", "It is missing.", "Name the database to write to (InfluxDB 2.x calls it a bucket).");
        Wrong(Flavour == InfluxFlavour.Influx2 && string.IsNullOrEmpty(Organisation),
            "organisation", "It is missing.", "InfluxDB 2.x wants the name of the organisation that owns the database.");
        Wrong(tokens && User is not null, "user",
            "InfluxDB 2.x and 3.x take a token, not a user.", "Write token instead of user and password.");
        Wrong(User is null != Password is null, User is null ? "user" : "password",
            "A user and a password belong together; one is missing.", "Write both or none.");
        Wrong(AuthorityFile is not null && web && Url.Scheme != "https", "ca",
            "The address is http, so that no certificate is shown.", "Write https, or remove ca.");
        Wrong(RetentionPolicy is not null && Flavour != InfluxFlavour.Influx1,
            "retentionPolicy", "Only InfluxDB 1.x has them.", "Remove it.");
        Wrong(CreateDatabase && Flavour != InfluxFlavour.Influx1,
            "createDatabase", "Only InfluxDB 1.x databases can be created from here.", "Create it by hand, and remove the key.");
        Wrong(!(Timeout.TotalSeconds is >= 1 and <= 600), "timeout", $"{Timeout.TotalSeconds} s is not possible.", "Write 1 to 600 s.");
        Wrong(LinesMax is < 1 or > 100_000, "lines", $"{LinesMax} is not possible.", "Write 1 to 100,000; 5,000 is a good number.");
        return mistakes.ToImmutable();
    }

    /// <summary>Without the secrets, so that it can be logged.</summary>
    public override string ToString() => $"{Flavour} {Url} {Database}".TrimEnd();
}
