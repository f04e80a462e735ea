using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Signing;

/// <summary>Asks an RFC 3161 authority to say that something existed, and believes nothing it answers unseen. One question at a time.</summary>
/// <remarks>RFC 3161 over HTTP (section 3.4), SHA-256, with a nonce and the authority's certificate asked for.</remarks>
/// <param name="address">http or https; what is stamped is a hash, and the answer is signed.</param>
/// <param name="authorityFile">PEM file of roots that the authority's certificate must descend from; null for those the system trusts.</param>
internal sealed class TimestampAuthority(Uri address, string? authorityFile, TimeProvider time) : IDisposable
{
    // Authorities answer within a second; a slow uplink needs a few.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(30);

    // A token with its chain of certificates has 3 to 8 kB.
    private const int AnswerBytesMax = 64 * 1024;

    // 64 bits, as RFC 3161 section 2.4.1 asks for at least.
    private const int NonceBytes = 8;

    // The answer's signature is judged by authorityFile; the way there by what the system trusts, as any address's.
    private readonly ServerTrust _trust = new(authorityFile: null, time);
    private HttpClient? _client;

    /// <summary>Has a content stamped.</summary>
    /// <exception cref="TimestampRefusedException">There was no answer, or none that proves anything.</exception>
    internal async Task<Timestamp> StampAsync(byte[] content, CancellationToken cancellation)
    {
        var request = Rfc3161TimestampRequest.CreateFromData(
            content, HashAlgorithmName.SHA256, nonce: RandomNumberGenerator.GetBytes(NonceBytes), requestSignerCertificates: true);
        var answer = await AskAsync(request.Encode(), cancellation);
        try
        {
            return Check(request.ProcessResponse(answer, out _), content, answer);
        }
        catch (CryptographicException wrong)
        {
            throw new TimestampRefusedException($"{address} answered with no time stamp for this: {wrong.Message}", wrong);
        }
    }

    /// <summary>Reads a stored answer.</summary>
    /// <returns>Null when it is no stamp of that content.</returns>
    internal Timestamp? Read(byte[] content, byte[] answer)
    {
        try
        {
            // The answer's nonce was checked when it came; here only what it stamps.
            return Rfc3161TimestampToken.TryDecode(Timestamp.TokenIn(answer), out var token, out _) ? Check(token, content, answer) : null;
        }
        catch (Exception e) when (e is CryptographicException or TimestampRefusedException or FormatException)
        {
            return null;
        }
    }

    public void Dispose() => _client?.Dispose();

    private HttpClient Client => _client ??= new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, SslOptions = _trust.Options() })
    {
        MaxResponseContentBufferSize = AnswerBytesMax,
    };

    private async Task<byte[]> AskAsync(byte[] question, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(AnswerTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        using var body = new ByteArrayContent(question);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/timestamp-query");
        try
        {
            using var response = await Client.PostAsync(address, body, either.Token);
            if (!response.IsSuccessStatusCode) throw new TimestampRefusedException($"{address} answered {(int)response.StatusCode}.");
            return await response.Content.ReadAsByteArrayAsync(either.Token);
        }
        catch (HttpRequestException e)
        {
            var refusal = e.InnerException is AuthenticationException ? _trust.Refusal : null;
            throw new TimestampRefusedException($"{address} cannot be reached: {refusal ?? e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimestampRefusedException($"{address} did not answer within {AnswerTime.TotalSeconds:0} s.", e);
        }
    }

    private Timestamp Check(Rfc3161TimestampToken token, byte[] content, byte[] answer)
    {
        if (!token.VerifySignatureForData(content, out var certificate) || certificate is null)
            throw new TimestampRefusedException($"{address} answered with a time stamp whose signature is not right, or without its certificate.");
        if (StampChain.Distrust(token, certificate, authorityFile is null ? null : StampChain.Read(authorityFile)) is { } why)
            throw new TimestampRefusedException($"{address} answered with a certificate that is not trusted: "
                + $"{why} Name its root certificate with \"timestampCa\".");
        return new Timestamp(Instant.From(token.TokenInfo.Timestamp), answer);
    }
}

/// <summary>A time stamp that was checked.</summary>
/// <param name="At">The authority's time.</param>
/// <param name="Answer">The whole answer, as <c>openssl ts -verify -in</c> takes it.</param>
internal sealed record Timestamp(Instant At, byte[] Answer)
{
    /// <summary>The token within a TimeStampResp: a sequence of status and token (RFC 3161 section 2.4.2).</summary>
    internal static ReadOnlyMemory<byte> TokenIn(byte[] answer)
    {
        try
        {
            var response = new System.Formats.Asn1.AsnReader(answer, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
            response.ReadEncodedValue();
            return response.ReadEncodedValue();
        }
        catch (System.Formats.Asn1.AsnContentException wrong)
        {
            throw new FormatException($"That is no answer of a time stamping authority: {wrong.Message}", wrong);
        }
    }
}

/// <summary>There is no time stamp; the message says why.</summary>
internal sealed class TimestampRefusedException(string message, Exception? inner = null) : Exception(message, inner);
