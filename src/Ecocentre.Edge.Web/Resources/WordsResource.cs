using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/words</c>: the sentences that answers are made of, in English as they stand there and in French. Facts are sealed in English,
/// and so answers stay in it; whoever shows them to people tells them over by this table.</summary>
internal static class WordsResource
{
    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        var words = Representation.Json(new WordList([.. view.Sentences]));
        routes.Resource(new Allowed(Roles.Any), "The sentences of verdicts, profiles, troubles and incidents, in English and French.")
            .MapGet("/api/v1/words", () => Answer.Of(words)).Produces<WordList>();
    }
}

/// <summary>Sentences in their languages.</summary>
internal sealed record WordList(Sentence[] Sentences);
