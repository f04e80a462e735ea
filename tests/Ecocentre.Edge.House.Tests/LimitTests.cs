using System.Globalization;
using System.Text.RegularExpressions;

namespace Ecocentre.Edge.House.Tests;

/// <summary>No limit of a criterion stands in code: kinds hold no number but small indexes, units of time and per cent, and constants of a published
/// formula with their source on the line above. Everything that somebody may want to change is in a profile.</summary>
public sealed partial class LimitTests
{
    private const string Kinds = "src/Ecocentre.Edge.Core/Criteria/Kinds/";

    // Indexes of sums and levels are single digits.
    private const double IndexMax = 9;

    // Minutes of an hour, per cent (and month × 100 + day), days of a year.
    private static readonly HashSet<double> Units = [60, 100, 365, 366];

    [GeneratedRegex(@"(?<![\w.])\d[\d_]*(\.\d+)?([eE][-+]?\d+)?(?![\w])")]
    private static partial Regex Number();

    [Fact]
    public void No_limit_stands_in_code() => House.Obeys(Strays(Tree.Repository));

    [Fact]
    public void There_are_kinds_to_look_at() => Assert.True(Tree.Repository.Paths(Kinds, ".cs").Count() > 20);

    [Fact]
    public void Bad_trees_are_found() => House.Breaks(
        Strays(Tree.Of(
            (Kinds + "A.cs", "// A comment of 1500 ppm.\nvar a = value > 1500;\nvar b = \"1500\"; var c = x[3] * 60 + 0.5;\n"),
            (Kinds + "B.cs", "// Source: the index's definition.\nprivate const double Factor = 2.5;\nconst int Other = 12;\n\nconst double Stray = 19.5;\n"),
            (Kinds + "C.cs", "// Source: somewhere.\nconst double TemperatureMax = 27;\n"))),
        "A.cs:2: 1500", "A.cs:3: 0.5", "B.cs:5: 19.5");

    private static IEnumerable<string> Strays(Tree tree)
    {
        foreach (var (path, source) in tree.Sources(Kinds))
        {
            var lines = tree.Files[path].Split('\n');
            foreach (Match match in Number().Matches(source.Code))
            {
                var line = source.LineOf(match.Index);
                var value = double.Parse(match.Value.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
                var isIndex = value <= IndexMax && value == Math.Floor(value);
                if (isIndex || Units.Contains(value) || HasParent(lines, line - 1)) continue;
                yield return $"{path}:{line}: {match.Value} is a number of its own: put it into the profile, or make it a constant with its source above.";
            }
        }
    }

    /// <summary>A constant whose block of constants stands under a comment.</summary>
    private static bool HasParent(string[] lines, int line)
    {
        if (!IsConstant(lines[line])) return false;
        while (line > 0 && IsConstant(lines[line])) line--;
        return lines[line].TrimStart().StartsWith("//", StringComparison.Ordinal);
    }

    private static bool IsConstant(string line) => line.Contains("const ", StringComparison.Ordinal) && line.Contains('=');
}
