using System.Net;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Web;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads from a site file where, to whom and how fast HTTP is answered.</summary>
/// <param name="folder">Folder of the site file; relative paths are meant beside it.</param>
internal sealed class HttpPlaces(string folder)
{
    // Four seconds' worth after a pause: a page that asks for everything at once is not slowed down.
    private const double BurstSeconds = 4;

    // Faster than the gateway could answer: no limit.
    private const double RateMax = 1_000_000;

    /// <param name="logPath">The log's file; tokens lie beside it unless the site says otherwise.</param>
    internal WebOptions? Read(JsonPlace place, string logPath)
    {
        var listen = Listen(place["listen"]);
        var tls = place.Optional("tls") is { } files ? Tls(files) : null;
        var plain = place.Optional("plain");
        var isPlain = plain?.Flag() ?? false;
        var tokens = place.Optional("tokens")?.Text();
        var rate = place.Optional("rate");
        var (perAddress, perToken) = (rate?.Optional("perAddress"), rate?.Optional("perToken"));
        if (listen is null) return null;
        var usual = new WebOptions(listen) { TokensFile = tokens is null ? UsualTokensFile(logPath) : Path.Combine(folder, tokens), Tls = tls };
        if (!IPAddress.IsLoopback(listen.Address) && tls is null && !isPlain)
            place["listen"].Wrong($"\"{listen}\" is seen from other machines, and tokens would travel there in the clear.",
                "Give \"tls\": { \"certificate\": …, \"key\": … }, or write \"plain\": true if the way is safe otherwise.");
        if (isPlain && tls is not null) plain!.Wrong("stands beside \"tls\".", "Remove one of them.");
        return usual with
        {
            PerAddress = perAddress is not null ? Rate(perAddress) : usual.PerAddress,
            PerToken = perToken is not null ? Rate(perToken) : usual.PerToken,
        };
    }

    /// <summary>Where tokens lie when the site does not say.</summary>
    internal static string UsualTokensFile(string logPath) => logPath + ".tokens.json";

    private static IPEndPoint? Listen(JsonPlace place)
    {
        var text = place.Text();
        if (IPEndPoint.TryParse(text, out var listen) && text.Contains(':')) return listen;
        if (text.Length > 0) place.Wrong($"\"{text}\" is no address and port.",
            "Write \"127.0.0.1:8480\", or \"0.0.0.0:8480\" to be seen from other machines.");
        return null;
    }

    private TlsOptions Tls(JsonPlace place)
    {
        foreach (var name in new[] { "certificate", "key" })
            if (place[name] is { IsText: true } named && !File.Exists(Path.Combine(folder, named.Text())))
                named.Wrong($"{Path.Combine(folder, named.Text())} is not there.", "Check the path, and that the service may read it.");
        return new TlsOptions(Path.Combine(folder, place["certificate"].Text()), Path.Combine(folder, place["key"].Text()));
    }

    private static Rate Rate(JsonPlace place)
    {
        var perSecond = place.Number(0.1, RateMax);
        return new Rate(perSecond, Math.Max(1, perSecond * BurstSeconds));
    }
}
