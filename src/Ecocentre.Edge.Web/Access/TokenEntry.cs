using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Web.Access;

/// <summary>A bearer token as it is kept: everything but the token itself.</summary>
/// <param name="Id">Stands in the token, in lists and in the request log; no secret.</param>
/// <param name="Name">Who bears it, for people.</param>
/// <param name="Sha256">Of the whole token's UTF-8 bytes, small hexadecimal. A token holds 256 random bits, so that nothing slower is needed.</param>
/// <param name="Expires">From then on it is refused, or null.</param>
/// <param name="Revoked">When it was revoked, or null.</param>
public sealed record TokenEntry(string Id, string Name, Roles Role, string Sha256, Instant Created, Instant? Expires, Instant? Revoked)
{
    // "ecoedge" lets scanners for leaked secrets know ours.
    private const string Prefix = "ecoedge_";

    // 32 bits: names a token among 256 without being taken for a secret.
    private const int IdBytes = 4;

    // 256 bits cannot be guessed.
    private const int SecretBytes = 32;

    /// <summary>Makes a token.</summary>
    /// <param name="token">The token itself: shown once, kept nowhere.</param>
    public static TokenEntry Make(string name, Roles role, Instant now, Instant? expires, out string token)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        token = $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}";
        return new TokenEntry(id, name, role, Hash(token), now, expires, null);
    }

    /// <summary>Whether it lets its bearer in at that time.</summary>
    public bool IsGoodAt(Instant now) => Revoked is null && !(now >= Expires);

    /// <summary>Small hexadecimal SHA-256 of a token's UTF-8 bytes.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
