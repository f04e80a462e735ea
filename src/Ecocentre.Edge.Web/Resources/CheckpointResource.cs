using System.Text;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/evidence/checkpoint</c>: the signed head of the evidence tree, and the keys to check it with. Whoever keeps one sees later whether
/// the log was shortened or rewritten.</summary>
internal static class CheckpointResource
{
    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        if (view.Evidence is not { } evidence) return;
        routes.Resource(new Allowed(Roles.Viewer | Roles.Auditor, "format"),
            "The signed head of the evidence tree, with the keys; 'format' json, or note for the bare C2SP signed note.")
            .MapGet("/api/v1/evidence/checkpoint", (string? format, HttpContext context) =>
            {
                if (format is not (null or "json" or "note")) return Problems.Of(StatusCodes.Status400BadRequest, "The format is json or note.");
                if (evidence.Head() is not { } head)
                    return Problems.Of(StatusCodes.Status404NotFound, "Nothing is signed yet: the first checkpoint comes after the first day.");
                return ProofResource.IsText(format, "note", context)
                    ? Answer.Of(new Representation(Encoding.UTF8.GetBytes(head.ToString()), ProofResource.TextType)) : Answer.Json(Describe(evidence, head));
            }).Produces<CheckpointNow>(StatusCodes.Status200OK, "application/json", "text/plain")
            .ProducesProblem(StatusCodes.Status404NotFound, Problems.ContentType);
    }

    private static CheckpointNow Describe(EvidenceView evidence, SignedNote head)
    {
        var checkpoint = Checkpoint.Parse(head.Text);
        return new CheckpointNow(
            checkpoint.Origin, checkpoint.Size, checkpoint.Root.ToBase64(), head.ToString(),
            [.. evidence.Keys().Links.Select(link => new KeyTold(
                link.Key.Name, link.Key.Fingerprint.ToString(), link.Since.ToString(), WebJson.Word(link.Succession), link.Key.Vkey, link.Key.Pem))],
            [.. evidence.Outside().Select(copy => new OutsideTold(copy.By, copy.Size, copy.At.ToString()))]);
    }
}

/// <summary>The signed head of the evidence tree.</summary>
/// <param name="Size">Leaves of the tree.</param>
/// <param name="Root">RFC 6962 root, in base64.</param>
/// <param name="Note">The whole C2SP signed note.</param>
/// <param name="Keys">All keys that ever signed; the last one signs now.</param>
/// <param name="Outside">Who outside of the gateway is known to hold a checkpoint.</param>
internal sealed record CheckpointNow(string Origin, long Size, string Root, string Note, KeyTold[] Keys, OutsideTold[] Outside);

/// <summary>A key that signs, or signed.</summary>
/// <param name="Fingerprint">SHA-256 of its DER form.</param>
/// <param name="Succession"><c>first</c>, <c>signed</c> by the one before, or <c>unproven</c>.</param>
/// <param name="Vkey">In one line, for programs that check notes.</param>
/// <param name="PublicKey">PEM, for openssl.</param>
internal sealed record KeyTold(string Name, string Fingerprint, string Since, string Succession, string Vkey, string PublicKey);

/// <summary>A checkpoint is held outside.</summary>
/// <param name="By">A sink, or <c>timestamp</c>.</param>
/// <param name="Size">Of its tree.</param>
internal sealed record OutsideTold(string By, long Size, string At);
