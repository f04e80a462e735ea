using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Windows;

/// <summary>What windows are computed under.</summary>
/// <param name="Incidents">Told what is found; null when nobody is to be told.</param>
internal sealed record Circumstances(GatewayLimits Limits, Interventions Interventions, IncidentQueue? Incidents);
