using System.Net;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Access;

/// <summary>Lets a request through to its route, or says why not: rate of the address, token, rate of the token, role, query parameters.</summary>
internal sealed class Doorkeeper(WebOptions options, Tokens tokens, TimeProvider time)
{
    // Addresses and tokens remembered: more machines than a centre's network holds, 400 kB.
    private const int AskersMax = 4_096;

    // A wrong token costs as much as this many requests: guessing is hopeless anyway, and a forgotten client with an old token is slowed down.
    private const int WrongTokenCredits = 20;

    private const string Scheme = "Bearer ";

    // Longer than any token of ours; what is longer is not worth hashing.
    private const int TokenLengthMax = 256;

    private readonly bool _listensOnLoopback = IPAddress.IsLoopback(options.Listen.Address);
    private readonly RateLimits _addresses = new(options.PerAddress, AskersMax, time);
    private readonly RateLimits _bearers = new(options.PerToken, AskersMax, time);

    internal async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (_addresses.Take(Address(context)) is { Ticks: > 0 } wait)
        {
            await TooManyAsync(context, wait, "This address asks too often.");
            return;
        }
        // Nothing is there, or not by this method: routing has the answer.
        if (context.GetEndpoint() is not RouteEndpoint route)
        {
            await next(context);
            return;
        }
        if (route.Metadata.GetMetadata<Allowed>() is { ForPages: true })
        {
            // The same bytes for everybody, whoever it is.
            await next(context);
            return;
        }
        var grant = Authenticate(context, out var wrong);
        if (wrong) ChargeWrongToken(context);
        context.Features.Set(grant);
        if (route.Metadata.GetMetadata<Allowed>() is not { } allowed)
            await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "This is open to nobody.");
        else if (wrong || allowed.Roles != Roles.None && grant.Roles == Roles.None) await UnauthorizedAsync(context, wrong);
        else if (grant.Token is { } token && _bearers.Take(token.Id) is { Ticks: > 0 } tokenWait)
            await TooManyAsync(context, tokenWait, $"Token {token.Id} asks too often.");
        else if (!allowed.Admits(grant.Roles))
            await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, $"This is for {allowed.Words}.");
        else if (UnknownParameter(context.Request.Query, allowed) is { } unknown)
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, unknown);
        else await next(context);
        tokens.KeepUses();
    }

    /// <summary>Takes from an address what a wrong token costs, however it was sent.</summary>
    internal void ChargeWrongToken(HttpContext context) => _addresses.Take(Address(context), WrongTokenCredits - 1);

    /// <summary>The token in force that this is, or null.</summary>
    internal TokenEntry? Find(string token) => token.Length <= TokenLengthMax ? tokens.Find(token.Trim()) : null;

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    private Grant Authenticate(HttpContext context, out bool wrong)
    {
        wrong = false;
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0) return FromCookie(context) ?? (tokens.AreNone && IsNeighbour(context) ? Grant.Neighbour : Grant.Nobody);
        var text = header.Count == 1 ? header[0]! : "";
        if (text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && Find(text[Scheme.Length..]) is { } token)
            return new Grant(token, token.Role);
        wrong = true;
        return Grant.Nobody;
    }

    /// <summary>A browser whose token is good no more is nobody and is told to forget it: it did not guess.</summary>
    private Grant? FromCookie(HttpContext context)
    {
        if (context.Request.Cookies[BearerCookie.Name] is not { Length: > 0 } kept || !BearerCookie.ComesFromOurs(context.Request)) return null;
        if (Find(kept) is { } token) return new Grant(token, token.Role);
        ChargeWrongToken(context);
        BearerCookie.TakeBack(context);
        return null;
    }

    /// <summary>Whether the request was made on this machine, for this machine: not passed on by a proxy, and not by a browser that a page of
    /// elsewhere sent here under a name of its own.</summary>
    private bool IsNeighbour(HttpContext context)
    {
        if (!_listensOnLoopback || context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote)) return false;
        var headers = context.Request.Headers;
        if (headers.ContainsKey("Forwarded") || headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("Via")) return false;
        var host = context.Request.Host.Host;
        return host == "localhost" || IPAddress.TryParse(host.Trim('[', ']'), out var named) && IPAddress.IsLoopback(named);
    }

    private static string? UnknownParameter(IQueryCollection query, Allowed allowed)
    {
        if (query.Count == 0) return null;
        foreach (var (name, values) in query)
        {
            if (!allowed.Query.Contains(name, StringComparer.Ordinal))
                return JsonPlace.Nearest(name, allowed.Query) is { } near ? $"There is no such query parameter. Did you mean '{near}'?"
                    : allowed.Query.Length == 0 ? "This takes no query parameters."
                    : $"There is no such query parameter. There are {string.Join(", ", allowed.Query)}.";
            if (values.Count > 1) return $"The query parameter '{name}' is given {values.Count} times. Give it once.";
        }
        return null;
    }

    private static Task UnauthorizedAsync(HttpContext context, bool wrong)
    {
        context.Response.Headers.WWWAuthenticate = wrong ? "Bearer realm=\"ecocentre-edge\", error=\"invalid_token\"" : "Bearer realm=\"ecocentre-edge\"";
        return Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, wrong
            ? "This token is not known, has expired or was revoked."
            : "This needs a token: send it as 'Authorization: Bearer …'. `ecocentre-edge token add` makes one.");
    }

    private static Task TooManyAsync(HttpContext context, TimeSpan wait, string why)
    {
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Problems.WriteAsync(context, StatusCodes.Status429TooManyRequests, $"{why} Ask again in {seconds} s, or ask for changes instead.");
    }
}
