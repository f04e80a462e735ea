using System.Text.RegularExpressions;

namespace Ecocentre.Edge.House.Tests;

/// <summary>Each package and each foreign world is used in one folder, behind a type of ours.</summary>
public sealed class PlaceTests
{
    /// <summary>A pattern in code, the folders of src where it may stand, and why.</summary>
    private static readonly (Regex Pattern, string[] Places, string Why)[] Rules =
    [
        (Word(@"Microsoft\.Data\.Sqlite|SQLitePCL|SqliteConnection"), ["Ecocentre.Edge.Outputs/Evidence/"], "SQLite is how the log is kept"),
        (Word(@"Polly"), ["Ecocentre.Edge.Outputs/Influx/"], "Polly is used at the network edge"),
        (Word(@"DllImport|LibraryImport|NativeLibrary"), ["Ecocentre.Edge.Devices/Ports/", "Ecocentre.Edge.Outputs/Mqtt/"],
            "foreign code is called behind a port or the MQTT link"),
        (Word(@"System\.CommandLine"), ["Ecocentre.Edge/"], "the command line is the host's"),
        (Word(@"System\.Security\.Cryptography\.Pkcs|Rfc3161\w+"), ["Ecocentre.Edge/Signing/"], "time stamps are asked for where heads are signed"),
        (Word(@"Microsoft\.Extensions\.Hosting|BackgroundService|IHostedService"), ["Ecocentre.Edge/"], "hosting is the host's"),
        (Word(@"OpenTelemetry"), ["Ecocentre.Edge/"], "metrics leave the process in the host"),
        (Word(@"Microsoft\.AspNetCore|WebApplication|HttpContext"), ["Ecocentre.Edge/", "Ecocentre.Edge.Web/"], "only Web and the host speak HTTP to others"),
        (Word(@"async|await|Task|ValueTask|System\.(IO|Net)|(File|Directory|Console|Environment|Process)(?=\.)|Stream|Socket|HttpClient|Thread"),
            ["Ecocentre.Edge/", "Ecocentre.Edge.Web/", "Ecocentre.Edge.Devices/", "Ecocentre.Edge.Outputs/", "Ecocentre.Edge.IotPackages/"],
            "Core does no I/O and waits for nothing"),
        (Word(@"TimeProvider\.System"), ["Ecocentre.Edge/Program.cs"], "the system's clock has one door"),
        (Word(@"CreateUnbounded\w*|BlockingCollection|ConcurrentQueue"), [], "every queue is bounded"),
        (Word(@"async\s+void"), [], "nobody sees it fail"),
        (Word(@"GetAwaiter\(\)\s*\.GetResult"), [], "waiting blocks the simulator's thread"),
        (Word(@"Write(Single|Multiple)\w*|MaskWrite\w*"), [], "no write function exists in the Modbus client"),
        (Word(@"pragma\s+warning\s+disable\s+RS0030"), ["Ecocentre.Edge/Program.cs"], "what is banned is banned"),
        (Word(@"dynamic|ExpandoObject"), [], "types are known"),
    ];

    [Fact]
    public void Each_foreign_world_has_one_folder() => House.Obeys(Misplaced(Tree.Repository));

    [Fact]
    public void Bad_trees_are_found() => House.Breaks(
        Misplaced(Tree.Of(
            ("src/Ecocentre.Edge.Core/A.cs", "class A { async Task B() => await C(); }"),
            ("src/Ecocentre.Edge.Core/B.cs", "// async\nclass B { string Stream2 = \"await\"; }"),
            ("src/Ecocentre.Edge.Devices/Modbus/C.cs", "[LibraryImport(\"c\")] int Open();"),
            ("src/Ecocentre.Edge.Devices/Ports/D.cs", "[LibraryImport(\"c\")] int Open();"),
            ("src/Ecocentre.Edge.Outputs/Mqtt/E.cs", "using Microsoft.Data.Sqlite;"),
            ("src/Ecocentre.Edge.Outputs/Mqtt/F.cs", "var c = Channel.CreateUnbounded<int>();"),
            ("src/Ecocentre.Edge.Web/G.cs", "x = TimeProvider.System;"),
            ("src/Ecocentre.Edge/H.cs", "#pragma warning disable RS0030\nasync void F() { }"))),
        "A.cs:1: async", "A.cs:1: Task", "A.cs:1: await", "C.cs:1", "E.cs:1", "F.cs:1", "G.cs:1", "H.cs:2: async void", "H.cs:1");

    private static Regex Word(string pattern) => new($@"(?<![\w]){(pattern.Contains('|') ? $"(?:{pattern})" : pattern)}(?!\w)", RegexOptions.Compiled);

    private static IEnumerable<string> Misplaced(Tree tree) =>
        from file in tree.Sources("src/")
        from rule in Rules
        where !rule.Places.Any(place => file.Path.StartsWith("src/" + place, StringComparison.Ordinal))
        from match in rule.Pattern.Matches(file.Source.Code)
        select $"{file.Path}:{file.Source.LineOf(match.Index)}: {match.Value}: {rule.Why}.";
}
