using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads <c>"evidence": { "origin": "example.org/centre", "timestamp": "https://tsa.example.org", "timestampCa": "tsa.pem" }</c>.</summary>
internal static class EvidencePlaces
{
    /// <param name="folder">Folder of the site file; relative paths are meant beside it.</param>
    internal static EvidenceOptions Read(JsonPlace place, string folder)
    {
        var options = new EvidenceOptions
        {
            Origin = place.Optional("origin") is { } origin ? Origin(origin) : null,
            Timestamp = place.Optional("timestamp") is { } address ? Authority(address) : null,
            TimestampAuthorityFile = place.Optional("timestampCa") is { } file ? Certificates(file, folder) : null,
        };
        if (options is { Timestamp: null, TimestampAuthorityFile: not null })
            place["timestampCa"].Wrong("No authority is asked for time stamps.", "Name its address with \"timestamp\", or remove this.");
        return options;
    }

    private static string? Origin(JsonPlace place)
    {
        var text = place.Text();
        if (text.Length == 0 || NoteKey.IsName(text)) return text;
        place.Wrong($"\"{text}\" cannot name a log.", "Write an address without scheme, spaces or plus, as in \"example.org/centre\".");
        return null;
    }

    private static Uri? Authority(JsonPlace place)
    {
        var address = OutputPlaces.Address(place);
        if (address.Scheme is "http" or "https" && address.UserInfo.Length == 0) return address;
        if (place.Text().Length > 0)
            place.Wrong("That is no address of an authority.", "Write it as in \"https://tsa.example.org/\", without user or password.");
        return null;
    }

    private static string? Certificates(JsonPlace place, string folder)
    {
        var path = Path.Combine(folder, place.Text());
        if (File.Exists(path)) return path;
        place.Wrong($"There is no file {path}.", "Name a PEM file of the authority's root certificate.");
        return null;
    }
}
