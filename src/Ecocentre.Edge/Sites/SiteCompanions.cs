using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Outputs.Evidence.Backups;
using Ecocentre.Edge.Outputs.Webhooks;

namespace Ecocentre.Edge.Sites;

/// <summary>The files a site lives by besides its log: itself, its tokens, what its webhooks were told, and the meter models, the label
/// profile and the
/// factors it names. Passwords and certificates that it names by file are not among them.</summary>
internal static class SiteCompanions
{
    internal const string SiteName = "site", TokensName = "tokens", WebhooksName = "webhooks";

    private const string Labels = "labels/", Models = "models/";

    /// <summary>Each by its name in a backup; some may not exist.</summary>
    internal static ImmutableArray<BackupItem> Of(Site site, string models) =>
    [
        new(SiteName, site.File),
        new(TokensName, Tokens(site)),
        new(WebhooksName, WebhookStandings.PathOf(site.LogPath)),
        .. LabelFiles(site).Select(name => new BackupItem(Labels + name, Path.Combine(LabelPlaces.Folder, name))),
        .. site.Buses.SelectMany(bus => bus.Devices).OfType<SiteMeter>().Select(meter => meter.Model.Id + ".json").Distinct()
            .Select(name => new BackupItem(Models + name, Path.Combine(models, name))),
    ];

    /// <summary>Where each goes back to.</summary>
    internal static ImmutableDictionary<string, string> Places(Site site) => ImmutableDictionary<string, string>.Empty
        .Add(TokensName, Tokens(site)).Add(WebhooksName, WebhookStandings.PathOf(site.LogPath));

    /// <summary>The program's own folder for a meter model, profile or factors in a backup, with the file's name there; null for anything
    /// else.</summary>
    internal static string? ProgramPath(string name, string models) =>
        name.Contains("..", StringComparison.Ordinal) ? null
        : name.StartsWith(Labels, StringComparison.Ordinal) ? Path.Combine(LabelPlaces.Folder, name[Labels.Length..])
        : name.StartsWith(Models, StringComparison.Ordinal) ? Path.Combine(models, name[Models.Length..])
        : null;

    private static string Tokens(Site site) => site.Http?.TokensFile ?? HttpPlaces.UsualTokensFile(site.LogPath);

    private static IEnumerable<string> LabelFiles(Site site)
    {
        if (site.Label is not { } label) yield break;
        var profile = label.Profile.Id + ".json";
        yield return profile;
        foreach (var factors in LabelProfileFile.FactorsOf(File.ReadAllText(Path.Combine(LabelPlaces.Folder, profile))))
            yield return $"factors/{factors}.json";
    }
}
