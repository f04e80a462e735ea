namespace Ecocentre.Edge.Web.Access;

/// <summary>What the bearer of a token may ask. Each token has exactly one; a route names all that may use it. The small names are published.</summary>
[Flags]
public enum Roles : byte
{
    None = 0,

    /// <summary>Sees the building live: points, figures, spaces, desks as they are now, devices, incidents.</summary>
    Viewer = 1,

    /// <summary>A booking system: desks, their changes, spaces.</summary>
    Booking = 2,

    /// <summary>Figures, incidents and devices; nothing of single desks.</summary>
    Auditor = 4,

    /// <summary>Everything that is served at all.</summary>
    Admin = 8,

    /// <summary>Whoever has a token.</summary>
    Any = Viewer | Booking | Auditor | Admin,
}
