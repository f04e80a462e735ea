using System.Text.RegularExpressions;

namespace Ecocentre.Edge.House.Tests;

/// <summary>One word for each thing: names that say nothing, or say it in another trade's words, are not used for types, files and folders.</summary>
public sealed partial class NameTests
{
    private const string TestProject = "Ecocentre.Edge.House.Tests";

    /// <summary>As one word of a name in PascalCase, in the singular or the plural.</summary>
    private static readonly HashSet<string> Forbidden =
    [
        "Service", "Manager", "Helper", "Util", "Utility", "Utilities", "Handler", "Processor", "Info", "Data", "Base", "Common", "Shared",
        "Abstraction", "Infrastructure", "Slave", "Master", "Sample", "Tag", "Bucket", "Channel", "Telemetry", "Measurement", "Rollup", "Kpi",
        "Threshold", "Alarm", "Publisher", "Exporter", "Thing", "Seat", "Impl", "Misc",
    ];

    /// <summary>Forbidden as a whole name only.</summary>
    private static readonly HashSet<string> ForbiddenAlone = ["Model", "Driver", "Profile", "Template", "Entity", "Item", "Object"];

    /// <summary>The interfaces of src. A new one needs two production implementations, or a forbidden edge that it removes.</summary>
    private static readonly HashSet<string> Interfaces = ["IDevice", "ISink", "IEvidenceReader"];

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record(?:\s+struct|\s+class)?|delegate\s+[\w<>\[\],.? ]+?)\s+(?!struct\b|class\b)([A-Z_]\w*)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\binterface\s+(\w+)")]
    private static partial Regex InterfaceDeclaration();

    [GeneratedRegex(@"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")]
    private static partial Regex Words();

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex FileScopedNamespace();

    [GeneratedRegex(@"<RootNamespace>([^<]+)</RootNamespace>")]
    private static partial Regex RootNamespace();

    [Fact]
    public void Types_files_and_folders_have_names_that_say_something() => House.Obeys(BadNames(Tree.Repository));

    [Fact]
    public void There_are_three_interfaces() => House.Obeys(StrangeInterfaces(Tree.Repository));

    [Fact]
    public void Namespaces_follow_the_folders() => House.Obeys(StrayNamespaces(Tree.Repository));

    [Fact]
    public void Bad_trees_are_found()
    {
        House.Breaks(
            BadNames(Tree.Of(
                ("src/P/Helpers/A.cs", ""),
                ("src/P/Dates.cs", "public static class DateUtils { } // class Manager"),
                ("src/P/Model.cs", "sealed record Model(int X);"),
                ("src/P/MeterModel.cs", "readonly record struct MeterModel(int X) { string s = \"class Info\"; }"),
                ("src/P/Frame.cs", "class Frame { enum Kind { Data } delegate int PollHandler(int x); }"),
                ("src/P/Database.cs", "abstract class Database;"))),
            "Helpers", "Model.cs: Model", "Dates.cs: DateUtils", "PollHandler", "Model.cs: Model");
        House.Breaks(StrangeInterfaces(Tree.Of(("src/P/A.cs", "interface IDevice { }"), ("src/P/B.cs", "public interface IMeter;"))), "IMeter");
        House.Breaks(
            StrayNamespaces(Tree.Of(
                ("src/P/P.csproj", "<RootNamespace>Q</RootNamespace>"),
                ("src/P/A/B.cs", "namespace Q.A;"), ("src/P/A/C.cs", "namespace P.A;"), ("src/P/D.cs", "namespace Q { }"), ("src/P/E.cs", "return 0;"))),
            "src/P/A/C.cs", "src/P/D.cs");
    }

    private static bool IsBad(string name) =>
        ForbiddenAlone.Contains(name) ||
        Words().Matches(name).Any(word => Forbidden.Contains(word.Value) || word.Value.EndsWith('s') && Forbidden.Contains(word.Value[..^1]));

    private static IEnumerable<string> BadNames(Tree tree)
    {
        foreach (var path in tree.Paths("src/", "").Concat(tree.Paths("tests/", ".cs")).Where(path => !path.Contains("/dashboard/")))
            foreach (var part in path.Split('/'))
            {
                var name = part.Split('.')[0];
                // The names of the build's own files are not ours to choose.
                if (part.StartsWith("Ecocentre.Edge", StringComparison.Ordinal) || name == "Directory") continue;
                if (IsBad(name)) yield return $"{path}: {name} says nothing, or is another trade's word.";
            }
        foreach (var (path, source) in tree.Sources("src/").Concat(tree.Sources("tests/")).Where(file => !file.Path.Contains(TestProject)))
            foreach (Match match in Declaration().Matches(source.Code))
                if (IsBad(match.Groups[1].Value)) yield return $"{path}: {match.Groups[1].Value} says nothing, or is another trade's word.";
    }

    private static IEnumerable<string> StrangeInterfaces(Tree tree) =>
        from file in tree.Sources("src/")
        from match in InterfaceDeclaration().Matches(file.Source.Code)
        where !Interfaces.Contains(match.Groups[1].Value)
        select $"{file.Path}: interface {match.Groups[1].Value} is not one of {string.Join(", ", Interfaces)}.";

    private static IEnumerable<string> StrayNamespaces(Tree tree)
    {
        foreach (var project in tree.Paths("", ".csproj"))
        {
            var folder = project[..(project.LastIndexOf('/') + 1)];
            var named = RootNamespace().Match(tree.Files[project]);
            var root = named.Success ? named.Groups[1].Value : Path.GetFileNameWithoutExtension(project);
            foreach (var (path, source) in tree.Sources(folder))
            {
                var below = Path.GetDirectoryName(path[folder.Length..])!.Replace('/', '.');
                var expected = below.Length == 0 ? root : $"{root}.{below}";
                var found = FileScopedNamespace().Match(source.Code);
                var declares = Declaration().IsMatch(source.Code) || source.Code.Contains("namespace ");
                if (declares && Path.GetFileName(path) != "Program.cs" && found.Groups[1].Value != expected)
                    yield return $"{path}: has namespace '{found.Groups[1].Value}', its folder says {expected}.";
            }
        }
    }
}
