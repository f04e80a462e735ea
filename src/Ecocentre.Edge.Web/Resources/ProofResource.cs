using System.Globalization;
using System.Text;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/evidence/proof</c>: one leaf of the evidence and the proof that it is under the signed head.</summary>
internal static class ProofResource
{
    internal const string TextType = "text/plain; charset=utf-8";

    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        if (view.Evidence is not { } evidence) return;
        // A proof after a start walks over all leaves of the tree: one at a time leaves the processor to the gateway.
        var turns = new SemaphoreSlim(1);
        routes.Resource(new Allowed(Roles.Auditor, "leaf", "sequence", "format"),
            "A leaf of the evidence tree by its index ('leaf'), or an incident or record by its 'sequence' in the log, with the proof that it is under the "
            + "signed head; 'format' json, or proof for C2SP tlog-proof.")
            .MapGet("/api/v1/evidence/proof", async (string? leaf, string? sequence, string? format, HttpContext context) =>
            {
                if (format is not (null or "json" or "proof")) return Problems.Of(StatusCodes.Status400BadRequest, "The format is json or proof.");
                if (leaf is null == sequence is null || !long.TryParse(leaf ?? sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    return Problems.Of(StatusCodes.Status400BadRequest, "Give 'leaf', an index from 0, or 'sequence', of an incident or record.");
                await turns.WaitAsync(context.RequestAborted);
                try
                {
                    if ((leaf is null ? evidence.Entry(number) : evidence.Leaf(number)) is not { } proof)
                        return Problems.Of(StatusCodes.Status404NotFound, leaf is null
                            ? "No leaf under the signed head has this sequence: it is not sealed yet, or it is a window, "
                                + "which is in the block of its point and day."
                            : "The signed head does not cover this leaf.");
                    return IsText(format, "proof", context)
                        ? Answer.Of(new Representation(Encoding.UTF8.GetBytes(proof.ToText()), TextType)) : Answer.Json(Describe(proof));
                }
                catch (Exception e) when (e is IOException or InvalidDataException)
                {
                    return Problems.Of(StatusCodes.Status503ServiceUnavailable, "The archive cannot be read now; its troubles are told by /health/ready.");
                }
                finally
                {
                    turns.Release();
                }
            }).Produces<LeafProven>(StatusCodes.Status200OK, "application/json", "text/plain")
            .ProducesProblem(StatusCodes.Status404NotFound, Problems.ContentType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable, Problems.ContentType);
    }

    /// <summary>Whether the bare text is wanted: by the parameter, else by what the client takes.</summary>
    internal static bool IsText(string? format, string word, HttpContext context) =>
        format == word || format is null && !Representation.Takes(context.Request.Headers.Accept, "application/json")
        && Representation.Takes(context.Request.Headers.Accept, "text/plain");

    private static LeafProven Describe(LeafProof proof)
    {
        var checkpoint = Checkpoint.Parse(proof.Head.Text);
        return new LeafProven(
            proof.Index, proof.Line, TreeHash.Leaf(proof.Line).ToBase64(), [.. proof.Path.Select(hash => hash.ToBase64())], checkpoint.Size,
            checkpoint.Root.ToBase64(), proof.Head.ToString());
    }
}

/// <summary>A leaf, and the proof that it is under the signed head.</summary>
/// <param name="Line">What was hashed: SHA-256 over a zero byte and this in UTF-8, without a line feed.</param>
/// <param name="Hash">That hash, in base64 as all here.</param>
/// <param name="Path">From the leaf's sibling up to the root's child (RFC 6962 section 2.1.1).</param>
/// <param name="Note">The signed head.</param>
internal sealed record LeafProven(long Index, string Line, string Hash, string[] Path, long Size, string Root, string Note);
