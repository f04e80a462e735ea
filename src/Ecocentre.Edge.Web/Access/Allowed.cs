namespace Ecocentre.Edge.Web.Access;

/// <summary>Stands on every route: who may use it and which query parameters it knows. A route without it is closed to everybody.</summary>
/// <param name="Roles"><see cref="Roles.None"/>: anybody, with or without a token.</param>
/// <param name="Query">Names of its query parameters; any other is a mistake of the client.</param>
internal sealed record Allowed(Roles Roles, params string[] Query)
{
    /// <summary>A page of the dashboard: it holds no figures, and nobody's token is looked at for it.</summary>
    internal bool ForPages { get; init; }

    /// <summary>Admins may ask whatever anybody may.</summary>
    internal bool Admits(Roles role) => Roles == Roles.None || (Roles & role) != 0 || (role & Roles.Admin) != 0;

    /// <summary>For people: <c>viewer, booking, admin</c>.</summary>
    internal string Words => Roles == Roles.None
        ? "anybody" : string.Join(", ", TokenFile.Words.Where(word => Admits(word.Value)).Select(word => word.Key));
}
