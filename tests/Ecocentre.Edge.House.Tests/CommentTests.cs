using System.Text.RegularExpressions;

namespace Ecocentre.Edge.House.Tests;

/// <summary>Comments are contracts and reasons. What belongs to a task list, a history or a rubbish bin is not left in the sources.</summary>
public sealed partial class CommentTests
{
    // A line a person can read without scrolling; the editor's guide stands at 140.
    private const int LineLengthMax = 160;

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b")]
    private static partial Regex Task();

    [GeneratedRegex(@"(?i)\b(was renamed|renamed from|used to be|formerly|legacy|refactored|as requested|no longer needed|moved from|changelog)\b|#\d{2,}\b")]
    private static partial Regex History();

    [GeneratedRegex(@"^//(?!/).*[;{}]\s*$")]
    private static partial Regex DeadCode();

    [GeneratedRegex(@"^[ \t]*#[ \t]*region\b", RegexOptions.Multiline)]
    private static partial Regex Region();

    [GeneratedRegex(@"\bpublic\s+(?:(?:sealed|static|abstract|readonly|partial|ref|unsafe|new|file)\s+)*" +
        @"(?:class|struct|interface|enum|record(?:\s+struct|\s+class)?|delegate\s+[\w<>\[\],.? ]+?)\s+(?!struct\b|class\b)([A-Z]\w*)")]
    private static partial Regex PublicType();

    [Fact]
    public void No_comment_is_a_task_a_history_or_dead_code() => House.Obeys(Litter(Tree.Repository));

    [Fact]
    public void Every_public_type_has_a_summary() => House.Obeys(WithoutSummary(Tree.Repository));

    [Fact]
    public void Lines_can_be_read() => House.Obeys(LongLines(Tree.Repository));

    [Fact]
    public void Bad_trees_are_found()
    {
        House.Breaks(
            Litter(Tree.Of(
                ("src/a.cs", "// TO" + "DO later\nint a;\n// a = 2;\n/// <code>a = 2;</code>\n// It used to be 3.\n" +
                    "  #region x\n// good, 5 of them\nvar s = \"// b;\";"),
                ("tests/run", "# FIX" + "ME\n"))),
            "src/a.cs:1", "src/a.cs:3", "src/a.cs:5", "src/a.cs:6", "tests/run:1");
        House.Breaks(
            WithoutSummary(Tree.Of(
                ("src/a.cs", "/// <summary>A.</summary>\n[Flags]\npublic enum A { }\n\npublic sealed class B;\n\n" +
                    "/// <remarks>C.</remarks>\npublic readonly record struct C(int X);\n\ninternal class D;"),
                ("tests/b.cs", "public class E;"))),
            "src/a.cs:5: B", "src/a.cs:8: C");
        House.Breaks(LongLines(
            Tree.Of(
                ("src/a.cs", "a\n" + new string('x', LineLengthMax + 1)), ("src/b.cs", new string('x', LineLengthMax)),
                ("tests/c.cs", new string('"', LineLengthMax + 1)), ("tests/d.cs", new string('x', LineLengthMax + 1)))),
            "src/a.cs:2", "tests/d.cs:1");
    }

    private static IEnumerable<string> Litter(Tree tree)
    {
        foreach (var (path, source) in tree.Sources("src/").Concat(tree.Sources("tests/")))
        {
            foreach (var (line, comment) in source.Comments)
                if (Task().IsMatch(comment) || History().IsMatch(comment) || DeadCode().IsMatch(comment)) yield return $"{path}:{line}: {comment}";
            foreach (Match match in Region().Matches(source.Code)) yield return $"{path}:{source.LineOf(match.Index)}: #region";
        }
        foreach (var (path, text) in tree.Files.Where(file => !file.Key.EndsWith(".cs")))
            foreach (var (index, line) in text.Split('\n').Index())
                if (Task().IsMatch(line)) yield return $"{path}:{index + 1}: {line.Trim()}";
    }

    private static IEnumerable<string> WithoutSummary(Tree tree)
    {
        foreach (var (path, source) in tree.Sources("src/"))
        {
            var lines = tree.Files[path].Split('\n');
            foreach (Match match in PublicType().Matches(source.Code))
            {
                var line = source.LineOf(match.Index);
                var above = line - 2;
                while (above >= 0 && lines[above].TrimStart().StartsWith('[')) above--;
                var documentation = "";
                for (; above >= 0 && lines[above].TrimStart().StartsWith("///"); above--) documentation += lines[above];
                if (!documentation.Contains("<summary>") && !documentation.Contains("<inheritdoc"))
                    yield return $"{path}:{line}: {match.Groups[1].Value} has no summary.";
            }
        }
    }

    /// <summary>In a test, a whole message or telegram as it is expected may make its line longer.</summary>
    private static bool IsExpectedText(string path, string line) => path.StartsWith("tests/", StringComparison.Ordinal) && line.Contains('"');

    private static IEnumerable<string> LongLines(Tree tree) =>
        from path in tree.Paths("src/", ".cs").Concat(tree.Paths("tests/", ".cs"))
        from line in tree.Files[path].Split('\n').Index()
        where line.Item.Length > LineLengthMax && !IsExpectedText(path, line.Item)
        select $"{path}:{line.Index + 1}: has {line.Item.Length} characters, at most {LineLengthMax} are wanted.";
}
