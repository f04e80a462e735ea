using Microsoft.AspNetCore.Http;

namespace Ecocentre.Edge.Web.Access;

/// <summary>Who asks, as far as it is known.</summary>
/// <param name="Token">Null without one.</param>
/// <param name="Roles">What they may; <see cref="Roles.None"/>: only what anybody may.</param>
internal sealed record Grant(TokenEntry? Token, Roles Roles)
{
    internal static Grant Nobody { get; } = new(null, Roles.None);

    /// <summary>Somebody on this machine, while no tokens were made yet.</summary>
    internal static Grant Neighbour { get; } = new(null, Roles.Viewer);

    internal static Grant Of(HttpContext context) => context.Features.Get<Grant>() ?? Nobody;
}
