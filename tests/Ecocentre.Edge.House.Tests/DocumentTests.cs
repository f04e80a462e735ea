using System.Text.RegularExpressions;

namespace Ecocentre.Edge.House.Tests;

/// <summary>The pages tell the truth about the tree: each path they name exists.</summary>
public sealed partial class DocumentTests
{
    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^[A-Z]\w*Tests$")]
    private static partial Regex TestShape();

    [GeneratedRegex(@"\]\(([^)\s#]+)[^)]*\)")]
    private static partial Regex Link();

    /// <summary>Scripts and files that a command line names.</summary>
    [GeneratedRegex(@"(?:\bbash |--project |--site )([\w./-]+)")]
    private static partial Regex Command();

    [GeneratedRegex(@"^\.?[\w.-]+(/[\w.-]+)*/?$")]
    private static partial Regex PathShape();

    [GeneratedRegex(@"\.(cs|csproj|sln|json|md|txt|props|csv|conf|service|yml|yaml|arm64|sh|py|toml|html|ts)$")]
    private static partial Regex FileShape();

    [Fact]
    public void Each_path_a_page_names_exists() => House.Obeys(Missing(Tree.Repository));

    [Fact]
    public void Each_test_a_page_names_exists() => House.Obeys(MissingTests(Tree.Repository));

    [Fact]
    public void The_pages_are_there() => House.Obeys(
        new[] { "README.md", "src/README.md", "config/README.md", "tests/README.md", "hardware/README.md" }
            .Where(page => !Tree.Repository.Has(page)).Select(page => $"{page}: is missing."));

    [Fact]
    public void Bad_trees_are_found()
    {
        House.Breaks(
            MissingTests(Tree.Of(("tests/P.Tests/ATests.cs", ""), ("tests/README.md", "`ATests`, `BTests`; `P.Tests`\n```\n`CTests`\n```\n"))), "BTests");
        House.Breaks(Missing(Tree.Of(
            ("src/P/Modbus/Frame.cs", ""), ("config/demo/run", ""), ("config/site.json", ""),
            ("src/README.md", "`P/Modbus/Frame.cs` `Modbus/Frame.cs` `Frame.cs` `P/Modbus/` `P/Gone.cs` `and/or` `ecocentre/v1/{centre}` `a.b`"),
            ("README.md", "`bash config/demo/run` [x](config/none.md) [y](https://example.org)\n```bash\nbash tests/none --site config/site.json\n```\n"),
            ("config/README.md", "`site.json` `other.json` `config/demo/stop`"))),
            "README.md: tests/none", "README.md: config/none.md", "config/README.md: other.json", "config/README.md: config/demo/stop",
            "src/README.md: P/Gone.cs");
    }

    private static IEnumerable<string> Missing(Tree tree)
    {
        var top = tree.Files.Keys.Select(path => path.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var page in tree.Paths("", "README.md"))
        {
            var text = tree.Files[page];
            var folder = page[..(page.LastIndexOf('/') + 1)];
            var prose = Block().Replace(text, "");
            var claims = Command().Matches(text).Select(m => m.Groups[1].Value)
                .Concat(Quoted().Matches(prose).Select(m => m.Groups[1].Value).Where(quoted => Claims(tree, quoted, folder, top)))
                .Concat(Link().Matches(prose).Select(m => m.Groups[1].Value).Where(link => !link.Contains(':')))
                .Distinct(StringComparer.Ordinal);
            foreach (var claim in claims)
                if (!Found(tree, claim, folder)) yield return $"{page}: {claim} does not exist.";
        }
    }

    private static IEnumerable<string> MissingTests(Tree tree) =>
        from page in tree.Paths("", "README.md")
        from quoted in Quoted().Matches(Block().Replace(tree.Files[page], ""))
        let name = quoted.Groups[1].Value
        where TestShape().IsMatch(name) && !tree.Paths("tests/", $"/{name}.cs").Any()
        select $"{page}: there is no {name}.";

    /// <summary>What stands in backticks is a path when it begins like one of this tree or ends like a file of it.</summary>
    private static bool Claims(Tree tree, string quoted, string folder, HashSet<string> top)
    {
        if (!PathShape().IsMatch(quoted)) return false;
        if (FileShape().IsMatch(quoted)) return true;
        var first = quoted.Split('/')[0];
        return quoted.Contains('/') && (top.Contains(first) || folder.Length > 0 && tree.Has(folder + first));
    }

    private static bool Found(Tree tree, string claim, string folder)
    {
        var parts = new List<string>();
        foreach (var part in (folder + claim).TrimEnd('/').Split('/'))
            if (part == ".." && parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            else if (part != ".") parts.Add(part);
        if (Tree.Made.Contains(parts[^1]) || tree.Has(claim) || tree.Has(string.Join('/', parts))) return true;
        // A page may name a file by the end of its path.
        var ending = "/" + claim.TrimEnd('/');
        return tree.Files.Keys.Any(path => path.EndsWith(ending, StringComparison.Ordinal) || path.Contains(ending + "/", StringComparison.Ordinal));
    }
}
