using Microsoft.AspNetCore.Http;

namespace Ecocentre.Edge.Web.Access;

/// <summary>The cookie in which a browser keeps its token: out of reach of scripts, and sent by no page of elsewhere.</summary>
internal static class BearerCookie
{
    internal const string Name = "ecocentre-token";

    // Browsers keep no cookie longer (RFC 6265bis, section 5.5); a screen in a foyer stays logged in as long as its token is good.
    private static readonly TimeSpan KeptMax = TimeSpan.FromDays(400);

    internal static void Give(HttpContext context, string token) => context.Response.Cookies.Append(Name, token, Options(context, KeptMax));

    internal static void TakeBack(HttpContext context) => context.Response.Cookies.Append(Name, "", Options(context, TimeSpan.Zero));

    /// <summary>Whether a request comes from a page of ours, as far as its browser says: pages of the same machine on other ports are of the same
    /// site, get the cookie sent along and are strangers all the same.</summary>
    internal static bool ComesFromOurs(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none")) return false;
        var origin = request.Headers.Origin.ToString();
        // Browsers name the origin of everything that may change something; what only reads need not come with it.
        if (origin.Length == 0) return HttpMethods.IsGet(request.Method);
        // The scheme is not compared: behind a proxy that ends TLS it is another.
        return Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && string.Equals(from.Authority, new UriBuilder(from.Scheme, request.Host.Host, request.Host.Port ?? -1).Uri.Authority,
                StringComparison.OrdinalIgnoreCase);
    }

    private static CookieOptions Options(HttpContext context, TimeSpan kept) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", MaxAge = kept, IsEssential = true,
        // Behind a proxy the last step may be plain HTTP on this machine; the browser's is what counts.
        Secure = context.Request.IsHttps || context.Request.Headers["X-Forwarded-Proto"] == "https",
    };
}
