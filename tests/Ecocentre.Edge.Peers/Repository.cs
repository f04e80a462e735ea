namespace Ecocentre.Edge.Peers;

/// <summary>Where the sources lie, found from where the tests run.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    public static string MeterModels => At("config", "meters");

    public static string At(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Ecocentre.Edge.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Ecocentre.Edge.sln.");
    }
}
