namespace Ecocentre.Edge.House.Tests;

/// <summary>Tests stand where their sources stand, so that each is found from the other.</summary>
public sealed class MirrorTests
{
    /// <summary>Test folders that follow a story instead of a source file: bug reports, whole chains, the simulated world.</summary>
    private static readonly string[] Stories = ["/Cases/", "/EndToEnd/", "/Simulation/"];

    private const string OwnTests = "tests/Ecocentre.Edge.House.Tests/";

    [Fact]
    public void Tests_mirror_the_sources() => House.Obeys(Unmirrored(Tree.Repository));

    [Fact]
    public void Bad_trees_are_found() => House.Breaks(
        Unmirrored(Tree.Of(
            ("src/P/Modbus/Frame.cs", ""), ("src/P/Modbus/RtuTransport.cs", ""), ("src/P/Modbus/IDevice.cs", ""),
            ("tests/P.Tests/Modbus/FrameTests.cs", ""),
            ("tests/P.Tests/Modbus/RtuTransportLateReplyTests.cs", ""),
            ("tests/P.Tests/Modbus/DeviceContract.cs", ""),
            ("tests/P.Tests/Modbus/FramedTests.cs", ""),
            ("tests/P.Tests/FrameTests.cs", ""),
            ("tests/P.Tests/Cases/LateTests.cs", ""),
            ("tests/P.Tests/Modbus/ModbusTests.cs", ""),
            ("tests/Q.Tests/ATests.cs", ""))),
        "P.Tests/FrameTests.cs", "FramedTests.cs", "Q.Tests/ATests.cs");

    private static IEnumerable<string> Unmirrored(Tree tree)
    {
        foreach (var path in tree.Paths("tests/", "Tests.cs"))
        {
            var project = path.Split('/')[1];
            if (!project.EndsWith(".Tests", StringComparison.Ordinal) || path.StartsWith(OwnTests, StringComparison.Ordinal)) continue;
            if (Stories.Any(story => path.Contains(story, StringComparison.Ordinal))) continue;
            var inner = path[$"tests/{project}/".Length..^"Tests.cs".Length];
            var folder = $"src/{project[..^".Tests".Length]}/{inner[..(inner.LastIndexOf('/') + 1)]}";
            if (!Mirrors(tree, folder, Path.GetFileName(inner))) yield return $"{path}: {folder} holds no source of which the name begins so.";
        }
    }

    /// <summary>FrameTests and FrameCorruptionTests mirror Frame.cs; what tests a whole folder bears the folder's name.</summary>
    private static bool Mirrors(Tree tree, string folder, string name) =>
        tree.Paths(folder, ".cs")
            .Where(source => source.LastIndexOf('/') == folder.Length - 1)
            .Select(source => Path.GetFileNameWithoutExtension(source))
            .Append(Path.GetFileName(folder.TrimEnd('/')).Split('.')[^1])
            .Any(source => name == source || name.StartsWith(source, StringComparison.Ordinal) && char.IsUpper(name[source.Length])) &&
        tree.Has(folder);
}
