using System.Text.Json;
using System.Text.RegularExpressions;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary><c>src/LICENCES.md</c> names what the program and its pages are made of: no more, no less, in these versions.</summary>
public sealed partial class LicencesTests
{
    private static readonly string Page = File.ReadAllText(Repository.At("src", "LICENCES.md"));

    // What may be passed on with a program of any licence, as long as its notice goes along.
    private static readonly string[] Permissive = ["MIT", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "ISC", "0BSD", "OFL-1.1", "blessing"];

    [GeneratedRegex(@"^\| (?<name>\S+) \| (?<version>\d\S*) \| (?<licence>.+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [Fact]
    public void Page_names_the_packages_that_the_runtime_loads()
    {
        using var dependencies = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ecocentre-edge.deps.json")));
        var loaded = dependencies.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package").Select(library => library.Name);
        Assert.Equal(loaded.Order(StringComparer.Ordinal), Rows("In the program").Select(row => $"{row.Name}/{row.Version}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Page_names_the_packages_that_are_in_the_pages_with_their_licences()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Repository.At("src", "Ecocentre.Edge.Web", "dashboard", "package-lock.json")));
        var locked = file.RootElement.GetProperty("packages").EnumerateObject().Where(one => one.Name.Length > 0 && !one.Value.TryGetProperty("dev", out _))
            .Select(one => (one.Name["node_modules/".Length..], one.Value.GetProperty("version").GetString()!, one.Value.GetProperty("license").GetString()!));
        Assert.Equal(locked.OrderBy(one => one.Item1, StringComparer.Ordinal), Rows("In the pages").OrderBy(one => one.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_in_program_or_pages_forbids_to_pass_it_on() =>
        Assert.All(Rows("In the program").Concat(Rows("In the pages")), row => Assert.Contains(row.Licence, Permissive));

    private static IEnumerable<(string Name, string Version, string Licence)> Rows(string heading)
    {
        var from = Page.IndexOf($"## {heading}\n", StringComparison.Ordinal);
        Assert.True(from >= 0, $"src/LICENCES.md has no \"{heading}\".");
        var to = Page.IndexOf("\n## ", from, StringComparison.Ordinal);
        return Row().Matches(Page[from..(to < 0 ? Page.Length : to)]).Select(row => (row.Groups["name"].Value, row.Groups["version"].Value, row.Groups["licence"].Value));
    }
}
