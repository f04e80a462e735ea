using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Ecocentre.Edge.House.Tests;

/// <summary>Who may see whom, and which packages stand where: the table of the design, held against the project files.</summary>
public sealed partial class ProjectTests
{
    private const string CentralVersions = "src/Directory.Packages.props";

    /// <summary>For each project of src: the projects it references, and the packages it may name.</summary>
    private static readonly Dictionary<string, (string[] References, string[] Packages, bool Web)> Allowed = new()
    {
        ["Core"] = ([], [], false),
        ["Devices"] = (["Core"], [], false),
        ["Outputs"] = (["Core"], ["Microsoft.Data.Sqlite.Core", "SQLitePCLRaw.bundle_e_sqlite3", "SQLitePCLRaw.core", "Polly"], false),
        ["Web"] = (["Core"], ["Microsoft.AspNetCore.OpenApi"], true),
        ["IotPackages"] = (["Core", "Devices", "Outputs"], ["InfluxDB.Client", "Iot.Device.Bindings", "MQTTnet", "System.Device.Gpio"], false),
        [""] = (["Core", "Devices", "IotPackages", "Outputs", "Web"], ["Microsoft.Extensions.Hosting", "System.CommandLine", "System.Security.Cryptography.Pkcs", "OpenTelemetry"], true),
    };

    [GeneratedRegex(@"^\d+(\.\d+){1,3}(-[0-9A-Za-z.]+)?$")]
    private static partial Regex ExactVersion();

    [Fact]
    public void Projects_reference_what_the_table_says() => House.Obeys(WrongReferences(Tree.Repository));

    [Fact]
    public void Projects_use_the_packages_the_table_says() => House.Obeys(WrongPackages(Tree.Repository));

    [Fact]
    public void Versions_are_exact_and_stand_in_one_place() => House.Obeys(WrongVersions(Tree.Repository));

    [Fact]
    public void Each_project_is_in_the_solution_and_each_source_project_has_its_tests() => House.Obeys(Left(Tree.Repository));

    [Fact]
    public void Warnings_are_errors_everywhere() => House.Obeys(Lenient(Tree.Repository));

    [Fact]
    public void Bad_trees_are_found()
    {
        const string core = "src/Ecocentre.Edge.Core/Ecocentre.Edge.Core.csproj";
        const string devices = "src/Ecocentre.Edge.Devices/Ecocentre.Edge.Devices.csproj";
        House.Breaks(
            WrongReferences(Tree.Of(
                (core, Project("<ProjectReference Include='../Ecocentre.Edge.Devices/Ecocentre.Edge.Devices.csproj' />")),
                (devices, Project("")),
                ("src/Ecocentre.Edge.Utilities/Ecocentre.Edge.Utilities.csproj", Project("")),
                ("tests/Ecocentre.Edge.Core.Tests/Ecocentre.Edge.Core.Tests.csproj", Project("")))),
            "Core", "Devices", "Utilities", "Core.Tests");
        House.Breaks(
            WrongPackages(Tree.Of(
                (core, Project("<PackageReference Include='Polly' />")),
                (devices, Project("<FrameworkReference Include='Microsoft.AspNetCore.App' />")))),
            "Polly", "Microsoft.AspNetCore.App");
        House.Breaks(
            WrongVersions(Tree.Of(
                (core, Project("<PackageReference Include='Polly' Version='8.0.0' />")),
                (CentralVersions, Project("<PackageVersion Include='A' Version='1.*' /><PackageVersion Include='B' Version='1.2.3' />")),
                ("tests/Directory.Packages.props", Project("<PackageVersion Include='C' Version='1.2.3' />")))),
            "Polly", "A 1.*", "tests/Directory.Packages.props");
        House.Breaks(Left(Tree.Of((core, Project("")), ("Ecocentre.Edge.sln", ""))), "Core", "Core.Tests");
        House.Breaks(
            Lenient(Tree.Of(
                ("src/Directory.Build.props", "<Project><TreatWarningsAsErrors>true</TreatWarningsAsErrors></Project>"),
                ("tests/Directory.Build.props", "<Project><Import Project=\"../src/Directory.Build.props\" /></Project>"),
                (core, Project("<NoWarn>CS0168</NoWarn>")))),
            core);
    }

    private static string Project(string items) => $"<Project><ItemGroup>{items}</ItemGroup></Project>";

    private static IEnumerable<string> Named(Tree tree, string path, string element) =>
        XDocument.Parse(tree.Files[path]).Descendants(element)
            .Select(e => (string?)e.Attribute("Include") ?? (string?)e.Attribute("Update") ?? "?").Order(StringComparer.Ordinal);

    /// <summary>"Core" for Ecocentre.Edge.Core, "" for the host.</summary>
    private static string ShortName(string path) =>
        Path.GetFileNameWithoutExtension(path.Replace('\\', '/')).Replace("Ecocentre.Edge", "", StringComparison.Ordinal).TrimStart('.');

    private static IEnumerable<string> WrongReferences(Tree tree)
    {
        foreach (var path in tree.Paths("src/", ".csproj"))
        {
            var found = Named(tree, path, "ProjectReference").Select(ShortName).Order(StringComparer.Ordinal).ToList();
            if (!Allowed.TryGetValue(ShortName(path), out var allowed)) yield return $"{path}: a project the house does not know.";
            else if (!found.SequenceEqual(allowed.References.Order(StringComparer.Ordinal)))
                yield return $"{path}: references [{string.Join(", ", found)}], the table says [{string.Join(", ", allowed.References)}].";
        }
        foreach (var path in tree.Paths("tests/", ".Tests.csproj").Where(path => ShortName(path) != "House.Tests"))
        {
            var tested = ShortName(path)[..^"Tests".Length].TrimEnd('.');
            if (!Named(tree, path, "ProjectReference").Any(reference => reference.Contains("/src/") && ShortName(reference) == tested))
                yield return $"{path}: does not reference the project it tests.";
        }
    }

    private static IEnumerable<string> WrongPackages(Tree tree)
    {
        foreach (var path in tree.Paths("src/", ".csproj"))
        {
            if (!Allowed.TryGetValue(ShortName(path), out var allowed)) continue;
            foreach (var package in Named(tree, path, "PackageReference"))
                if (!allowed.Packages.Any(name => package == name || package.StartsWith(name + ".", StringComparison.Ordinal)))
                    yield return $"{path}: package {package} has no place in this project.";
            foreach (var framework in Named(tree, path, "FrameworkReference"))
                if (!allowed.Web) yield return $"{path}: framework {framework} has no place in this project.";
        }
    }

    private static IEnumerable<string> WrongVersions(Tree tree)
    {
        foreach (var path in tree.Paths("", "proj").Concat(tree.Paths("", ".props")).Concat(tree.Paths("", ".targets")))
            foreach (var element in XDocument.Parse(tree.Files[path]).Descendants())
            {
                var name = $"{path}: {(string?)element.Attribute("Include") ?? (string?)element.Attribute("Update")}";
                var version = (string?)element.Attribute("Version") ?? (string?)element.Attribute("VersionOverride") ?? (string?)element.Element("Version");
                if (element.Name.LocalName is "PackageReference" or "GlobalPackageReference" && version is not null)
                    yield return $"{name} {version}: versions stand in {CentralVersions} only.";
                if (element.Name.LocalName != "PackageVersion") continue;
                if (path != CentralVersions) yield return $"{name} {version}: versions stand in {CentralVersions} only.";
                if (version is null || !ExactVersion().IsMatch(version)) yield return $"{name} {version}: a version is exact.";
            }
    }

    private static IEnumerable<string> Left(Tree tree)
    {
        var solution = tree.Files.GetValueOrDefault("Ecocentre.Edge.sln", "").Replace('\\', '/');
        foreach (var path in tree.Paths("", ".csproj"))
        {
            if (!solution.Contains(path, StringComparison.Ordinal)) yield return $"{path}: is not in Ecocentre.Edge.sln.";
            var name = Path.GetFileNameWithoutExtension(path);
            if (path.StartsWith("src/", StringComparison.Ordinal) && !tree.Files.ContainsKey($"tests/{name}.Tests/{name}.Tests.csproj"))
                yield return $"{path}: has no tests/{name}.Tests.";
        }
    }

    private static IEnumerable<string> Lenient(Tree tree)
    {
        if (!tree.Files.GetValueOrDefault("src/Directory.Build.props", "").Contains("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>"))
            yield return "src/Directory.Build.props: warnings are not errors.";
        if (!tree.Files.GetValueOrDefault("tests/Directory.Build.props", "").Contains("Import Project=\"../src/Directory.Build.props\""))
            yield return "tests/Directory.Build.props: does not import the one of src.";
        foreach (var path in tree.Paths("", ".csproj"))
            foreach (var element in XDocument.Parse(tree.Files[path]).Descendants())
                if (element.Name.LocalName is "NoWarn" or "TreatWarningsAsErrors" or "WarningsNotAsErrors" or "RunAnalyzers" or "Nullable")
                    yield return $"{path}: {element.Name.LocalName} is the whole house's matter.";
    }
}
