using System.Text.RegularExpressions;

namespace Ecocentre.Edge.House.Tests;

/// <summary>What lies in the tree, and what no file of it may hold.</summary>
public sealed partial class FileTests
{
    // The root stays as it was drawn: four folders, the solution, one page, one image.
    private static readonly HashSet<string> Root =
        ["src", "tests", "hardware", "config", "Ecocentre.Edge.sln", "README.md", "Dockerfile.arm64"];

    // 256 KiB: the largest text a person could still review; a register list of a meter is a tenth of it.
    private const int FileLengthMax = 256 * 1024;

    [GeneratedRegex("nuge[t]\\.org|npmj[s]\\.org|pyp[i]\\.org|/wor[k]/|/far[m]/|/tm[p]/bash_jobs|/tm[p]/w/|/roo[t]/|/hom[e]/[a-z]")]
    private static partial Regex ForeignPlace();

    [Fact]
    public void The_root_stays_as_drawn() => House.Obeys(StrangersInRoot(Tree.Repository));

    [Fact]
    public void No_file_is_binary_or_huge() => House.Obeys(NotReviewable(Tree.Repository));

    [Fact]
    public void No_file_names_a_package_registry_or_a_path_of_one_machine() => House.Obeys(ForeignPlaces(Tree.Repository));

    [Fact]
    public void Text_ends_its_lines_one_way() => House.Obeys(Untidy(Tree.Repository));

    [Fact]
    public void Bad_trees_are_found()
    {
        House.Breaks(StrangersInRoot(Tree.Of(("src/a.cs", ""), (".gitignore", ""), ("docs/a.md", ""), ("build.sh", ""))), "build.sh", "docs");
        House.Breaks(NotReviewable(Tree.Of(("a.png", "\0"), ("b.json", new string('x', FileLengthMax + 1)), ("c.cs", "x"))), "a.png", "b.json");
        House.Breaks(
            ForeignPlaces(Tree.Of(("a.md", "see\nhttps://www.nuget" + ".org/x"), ("b.sh", "cd /hom" + "e/pi"), ("c.md", "/homely work/"))),
            "a.md:2", "b.sh:1");
        House.Breaks(
            Untidy(Tree.Of(("a.cs", "a\r\n"), ("b.cs", "b"), ("c.cs", "c \n"), ("d.cs", "\td\n"), ("e.cs", "e\n"))),
            "a.cs:1", "b.cs", "c.cs:1", "d.cs:1");
    }

    private static IEnumerable<string> StrangersInRoot(Tree tree) =>
        tree.Files.Keys.Select(path => path.Split('/')[0]).Distinct()
            .Where(entry => !entry.StartsWith('.') && !Root.Contains(entry))
            .Select(entry => $"{entry}: does not belong into the root, which holds {string.Join(", ", Root)} and dotfiles.");

    private static IEnumerable<string> NotReviewable(Tree tree)
    {
        foreach (var (path, text) in tree.Files)
            if (text.Contains('\0') || text.Length > FileLengthMax)
                yield return $"{path}: is binary or longer than {FileLengthMax} characters.";
    }

    private static IEnumerable<string> ForeignPlaces(Tree tree) =>
        from file in tree.Files
        from line in file.Value.Split('\n').Index()
        let match = ForeignPlace().Match(line.Item)
        where match.Success
        select $"{file.Key}:{line.Index + 1}: {match.Value}";

    private static IEnumerable<string> Untidy(Tree tree)
    {
        foreach (var (path, text) in tree.Files)
        {
            if (text.Length > 0 && !text.EndsWith('\n')) yield return $"{path}: does not end with a line feed.";
            foreach (var (index, line) in text.Split('\n').Index())
            {
                if (line.EndsWith('\r') || line.EndsWith(' ') && !path.EndsWith(".sln")) yield return $"{path}:{index + 1}: ends with white space.";
                if (path.EndsWith(".cs") && line.Contains('\t')) yield return $"{path}:{index + 1}: holds a tabulator.";
            }
        }
    }
}
