using System.Text.RegularExpressions;

namespace Ecocentre.Edge.House.Tests;

/// <summary>What is packed for boxes fits the sources: one version, pinned bases, the same paths and the same user everywhere.</summary>
public sealed partial class PackagingTests
{
    private const string Unit = "config/systemd/ecocentre-edge.service", Container = "Dockerfile.arm64", Changelog = "config/deb/changelog", Manual = "config/deb/ecocentre-edge.1";

    [GeneratedRegex(@"<Version>(.+?)</Version>")]
    private static partial Regex Version();

    [GeneratedRegex(@"^ecocentre-edge \((.+?)\)")]
    private static partial Regex Newest();

    /// <summary>A base with three numbers in its version: two would be another one next month.</summary>
    [GeneratedRegex(@"^FROM (?:--platform=\S+ )?\S+:\d+\.\d+\.\d+[\w.-]*(?:@sha256:[0-9a-f]{64})?(?: AS \w+)?$")]
    private static partial Regex PinnedBase();

    /// <summary>Where a verb gets its name; options begin with hyphens.</summary>
    [GeneratedRegex("""new(?: Command)?\("([a-z]+)",""")]
    private static partial Regex Verb();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Quoted();

    [Fact]
    public void Version_has_one_source() => House.Obeys(OtherVersions(Tree.Repository));

    [Fact]
    public void Container_is_pinned_and_harmless() => House.Obeys(LooseContainer(Tree.Repository));

    [Fact]
    public void Unit_package_and_rules_speak_of_the_same_user_groups_and_paths() => House.Obeys(Strangers(Tree.Repository));

    [Fact]
    public void Manual_names_every_verb() => House.Obeys(Unnamed(Tree.Repository));

    [Fact]
    public void Evidence_that_the_security_page_names_is_there() => House.Obeys(MissingEvidence(Tree.Repository));

    [Fact]
    public void Bad_trees_are_found()
    {
        House.Breaks(OtherVersions(Tree.Of(("src/Directory.Build.props", "<Version>1.2.3</Version>"), (Changelog, "ecocentre-edge (1.2.2) unstable\n"))), "1.2.2");
        House.Breaks(LooseContainer(Tree.Of((Container, "FROM debian:12 AS a\nRUN x\n"))), "debian:12", "USER", "HEALTHCHECK", "curl");
        House.Breaks(
            Strangers(Tree.Of((Unit, "User=eve\nSupplementaryGroups=dialout\nExecStart=/usr/bin/x\n"), ("config/deb/postinst", "adduser ecocentre"), ("config/udev/60-ecocentre-edge.rules", "GROUP=\"lp\""))),
            "eve", "ExecStart", "lp");
        House.Breaks(Unnamed(Tree.Of((Manual, ".B run\n"), ("src/Ecocentre.Edge/Commands/A.cs", "new Command(\"run\", x) new(\"fly\", y) new(\"--far\")"))), "fly");
        House.Breaks(MissingEvidence(Tree.Of(("src/SECURITY.md", "`GoneTests` `src/none.cs` `token add`"))), "GoneTests", "src/none.cs");
    }

    private static IEnumerable<string> OtherVersions(Tree tree)
    {
        var own = Version().Match(tree.Files["src/Directory.Build.props"]).Groups[1].Value;
        var told = Newest().Match(tree.Files[Changelog]).Groups[1].Value;
        if (own != told) yield return $"{Changelog} begins with {told}, src/Directory.Build.props says {own}.";
    }

    private static IEnumerable<string> LooseContainer(Tree tree)
    {
        var lines = tree.Files[Container].Split('\n');
        foreach (var line in lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal) && !PinnedBase().IsMatch(line)))
            yield return $"{Container}: {line} is not pinned to a version.";
        var users = lines.Where(line => line.StartsWith("USER ", StringComparison.Ordinal)).ToArray();
        if (users.Length == 0 || users[^1].StartsWith("USER 0", StringComparison.Ordinal) || users[^1].Contains("root")) yield return $"{Container}: USER is root.";
        var health = lines.FirstOrDefault(line => line.StartsWith("HEALTHCHECK ", StringComparison.Ordinal)) ?? "";
        if (health.Length == 0) yield return $"{Container}: HEALTHCHECK is missing.";
        if (!health.Contains("\"health\"")) yield return $"{Container}: health is not asked by the program's own verb; curl is not there.";
    }

    private static IEnumerable<string> Strangers(Tree tree)
    {
        var (unit, installed, rules) = (tree.Files[Unit], tree.Files["config/deb/postinst"], tree.Files["config/udev/60-ecocentre-edge.rules"]);
        var user = Setting(unit, "User");
        if (!installed.Contains(user)) yield return $"{Unit}: User={user} is nobody whom config/deb/postinst makes.";
        if (!Setting(unit, "ExecStart").StartsWith("/usr/bin/ecocentre-edge ", StringComparison.Ordinal)) yield return $"{Unit}: ExecStart is not what the package installs.";
        var groups = Setting(unit, "SupplementaryGroups").Split(' ');
        foreach (Match group in Regex.Matches(rules, "GROUP=\"(\\w+)\""))
            if (!groups.Contains(group.Groups[1].Value)) yield return $"{Unit}: the service is not in the group {group.Groups[1].Value} of the rules.";
    }

    private static IEnumerable<string> Unnamed(Tree tree) =>
        from path in tree.Paths("src/Ecocentre.Edge/Commands/", ".cs")
        from Match verb in Verb().Matches(tree.Files[path])
        where !Regex.IsMatch(tree.Files[Manual], $@"(?:\b|\\fB){verb.Groups[1].Value}\b")
        select $"{Manual}: the verb {verb.Groups[1].Value} of {path} is missing.";

    private static string Setting(string unit, string name) =>
        unit.Split('\n').FirstOrDefault(line => line.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";

    /// <summary>Tests and files in backticks: the page is no README, so that the rule for those does not look at it.</summary>
    private static IEnumerable<string> MissingEvidence(Tree tree)
    {
        foreach (Match match in Quoted().Matches(tree.Files["src/SECURITY.md"]))
        {
            var claim = match.Groups[1].Value;
            if (claim.EndsWith("Tests", StringComparison.Ordinal) && !claim.Contains('/') && !tree.Files.Keys.Any(path => path.EndsWith($"/{claim}.cs", StringComparison.Ordinal)))
                yield return $"src/SECURITY.md: there is no {claim}.";
            if (Regex.IsMatch(claim, @"^(src|tests|config|hardware)/[\w./-]+$") && !tree.Has(claim.TrimEnd('/')) && !tree.Has(claim))
                yield return $"src/SECURITY.md: {claim} does not exist.";
        }
    }
}
