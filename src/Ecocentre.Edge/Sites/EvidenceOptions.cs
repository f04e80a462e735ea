namespace Ecocentre.Edge.Sites;

/// <summary>What a site says about its evidence. Plain values.</summary>
public sealed record EvidenceOptions
{
    /// <summary>Under which name checkpoints are signed; null for <c>ecocentre-edge/{centre}</c>.</summary>
    public string? Origin { get; init; }

    /// <summary>Address of an RFC 3161 time stamping authority; null: none is asked.</summary>
    public Uri? Timestamp { get; init; }

    /// <summary>PEM file of certificates that the authority's own must descend from; null for those the system trusts.</summary>
    public string? TimestampAuthorityFile { get; init; }
}
