namespace Ecocentre.Edge.Reports.Words;

/// <summary>The languages a report is written in.</summary>
internal enum Language : byte { English, French }
