using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Ecocentre.Edge.Web.Answers;

/// <summary>A file of the built dashboard, as it is and as it was compressed when it was built: nothing is compressed while somebody waits.</summary>
/// <remarks>Immutable; any thread.</remarks>
internal sealed class PageFile
{
    // 96 bits: two versions of one file never share them by chance.
    private const int TagBytes = 12;

    // Scripts, styles, fonts and pictures come from here and are asked for here; nothing is written into the page itself.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8", [".js"] = "text/javascript; charset=utf-8", [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml", [".woff2"] = "font/woff2", [".json"] = "application/json", [".png"] = "image/png",
    };

    private readonly byte[] _plain;
    private readonly byte[]? _brotli, _gzip;
    private readonly string _contentType, _tag, _cache;

    /// <param name="changes">False: its name is of its content, and whoever has it need never ask again.</param>
    private PageFile(string path, bool changes)
    {
        _plain = File.ReadAllBytes(path);
        (_brotli, _gzip) = (Packed(path + ".br"), Packed(path + ".gz"));
        _contentType = Types.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream");
        _tag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(_plain).AsSpan(0, TagBytes))}\"";
        // A year, as RFC 9111 caches take for ever.
        _cache = changes ? "no-cache" : "public, max-age=31536000, immutable";
    }

    /// <summary>Reads a file and its compressed forms.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static PageFile Read(string path, bool changes) => new(path, changes);

    internal Task WriteAsync(HttpContext context)
    {
        var (request, response) = (context.Request.Headers, context.Response);
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.ETag = _tag;
        response.Headers.Vary = "Accept-Encoding";
        response.Headers.CacheControl = _cache;
        if (request.IfNoneMatch.Any(known => known!.Contains(_tag[2..], StringComparison.Ordinal)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        var body = Encoded(context.Request, out var encoding);
        if (encoding is not null) response.Headers.ContentEncoding = encoding;
        response.ContentType = _contentType;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }

    private static byte[]? Packed(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;

    private byte[] Encoded(HttpRequest request, out string? encoding)
    {
        var wishes = StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var read) ? read : [];
        bool Takes(string name) => wishes.Any(wish => wish.Value == name && wish.Quality is not 0);
        encoding = _brotli is not null && Takes("br") ? "br" : _gzip is not null && Takes("gzip") ? "gzip" : null;
        return encoding switch { "br" => _brotli!, "gzip" => _gzip!, _ => _plain };
    }
}
