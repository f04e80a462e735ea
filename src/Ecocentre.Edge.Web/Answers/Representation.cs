using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Ecocentre.Edge.Web.Answers;

/// <summary>What a resource is at a moment, as bytes: served whole, compressed as the client takes it, or as 304 to whom has it already.</summary>
/// <remarks>Immutable; any thread. The tag is of the content, so that whatever changed is seen, and weak, because the compressed forms share it.</remarks>
internal sealed class Representation
{
    // Below it a compressed answer fits into no fewer packets.
    private const int CompressBytesMin = 1_024;

    // 4 of 11: most of what can be won, at tens of megabytes a second.
    private const int BrotliQuality = 4;

    // 2^18 bytes: more than nearly all answers have.
    private const int BrotliWindowBits = 18;

    // 96 bits: two contents of one resource never share them by chance.
    private const int TagBytes = 12;

    private readonly ReadOnlyMemory<byte> _plain;
    private readonly string _contentType, _mediaType;
    private byte[]? _brotli, _gzip;

    /// <param name="plain">Belongs to it from now on.</param>
    internal Representation(ReadOnlyMemory<byte> plain, string contentType)
    {
        (_plain, _contentType) = (plain, contentType);
        _mediaType = contentType.Split(';')[0];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(plain.Span, hash);
        Tag = $"W/\"{Convert.ToHexStringLower(hash[..TagBytes])}\"";
    }

    /// <summary>The content itself.</summary>
    internal ReadOnlyMemory<byte> Plain => _plain;

    internal string Tag { get; }

    internal static Representation Json<T>(T content) => new(JsonSerializer.SerializeToUtf8Bytes(content, WebJson.Options), "application/json");

    internal static Representation Json(Action<Utf8JsonWriter> write)
    {
        var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content, WebJson.Writer)) write(json);
        return new Representation(content.GetBuffer().AsMemory(0, (int)content.Length), "application/json");
    }

    /// <summary>Answers with it, with 304 or with 406.</summary>
    internal Task WriteAsync(HttpContext context)
    {
        var (request, response) = (context.Request.Headers, context.Response);
        if (!Takes(request.Accept, _mediaType))
            return Problems.WriteAsync(context, StatusCodes.Status406NotAcceptable, $"This comes as {_mediaType} only.");
        response.Headers.ETag = Tag;
        response.Headers.Vary = "Accept-Encoding, Authorization";
        response.Headers.CacheControl = "private, no-cache";
        if (request.IfNoneMatch is { Count: > 0 } known && IsKnown(known))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        var body = Encoded(request.AcceptEncoding, out var encoding);
        if (encoding is not null) response.Headers.ContentEncoding = encoding;
        response.ContentType = _contentType;
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body.Span);
        return Task.CompletedTask;
    }

    /// <summary>Whether a client takes this, going by what it says it takes.</summary>
    internal static bool Takes(StringValues accept, string mediaType)
    {
        // What cannot be read is taken for no wish at all.
        if (accept.Count == 0 || accept is ["*/*"] || !MediaTypeHeaderValue.TryParseList(accept, out var wanted)) return true;
        var ours = new MediaTypeHeaderValue(mediaType);
        return wanted.Where(wish => ours.IsSubsetOf(wish)).Select(wish => wish.Quality ?? 1).DefaultIfEmpty(0).Max() > 0;
    }

    private bool IsKnown(StringValues known)
    {
        // 26 characters of which 24 are a hash: no other tag contains them. A strong form of ours matches too, as RFC 9110 section 13.1.2 wants.
        foreach (var tags in known)
            if (tags == "*" || tags!.AsSpan().Contains(Tag.AsSpan(2), StringComparison.Ordinal)) return true;
        return false;
    }

    private ReadOnlyMemory<byte> Encoded(StringValues accepted, out string? encoding)
    {
        encoding = null;
        if (_plain.Length < CompressBytesMin || accepted.Count == 0) return _plain;
        if (!StringWithQualityHeaderValue.TryParseList(accepted, out var wishes)) return _plain;
        double Quality(string name) => wishes.Where(wish => wish.Value == name).Select(wish => wish.Quality ?? 1).DefaultIfEmpty(0).Max();
        var (brotli, gzip) = (Quality("br"), Quality("gzip"));
        if (brotli <= 0 && gzip <= 0) return _plain;
        encoding = brotli >= gzip ? "br" : "gzip";
        // Two threads that come first together both compress; the results are the same.
        return encoding == "br" ? _brotli ??= Brotli(_plain.Span) : _gzip ??= Gzip(_plain.Span);
    }

    private static byte[] Brotli(ReadOnlySpan<byte> plain)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        if (!BrotliEncoder.TryCompress(plain, packed, out var length, BrotliQuality, BrotliWindowBits))
            throw new InvalidOperationException("BUG: the greatest compressed length is too short.");
        return packed[..length];
    }

    private static byte[] Gzip(ReadOnlySpan<byte> plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain);
        return packed.ToArray();
    }
}
