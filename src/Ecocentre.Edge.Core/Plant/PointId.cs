namespace Ecocentre.Edge.Plant;

/// <summary>Index of a point in the loaded site: dense from 0, assigned at load, valid for one run of the process only.</summary>
/// <remarks>What outlives a run is the point's name. The default value is the first point.</remarks>
public readonly record struct PointId(ushort Value);
