namespace Ecocentre.Edge.Devices.Tests;

/// <summary>Files of the checked-out tree, for tests that walk the definitions in it.</summary>
internal static class Repository
{
    private static readonly string Root = Find();

    public static string MeterModels => At("config", "meters");

    public static string At(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Ecocentre.Edge.sln")))
            root = root.Parent ?? throw new InvalidOperationException($"No Ecocentre.Edge.sln above {AppContext.BaseDirectory}.");
        return root.FullName;
    }
}
