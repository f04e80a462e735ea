using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>A leaf in a pack.</summary>
/// <param name="Index">In the tree.</param>
/// <param name="Line">Verbatim, without its line feed.</param>
/// <param name="Place">File and line of the pack, for whoever names it.</param>
public readonly record struct PackLeaf(long Index, string Line, string Place);

/// <summary>An incident or record in a pack.</summary>
/// <param name="Leaf">Its index in the tree.</param>
public sealed record PackEntry(long Leaf, long Sequence, LogFact Fact);

/// <summary>A verdict in a pack. Of the revisions of a criterion and period the highest counts.</summary>
/// <param name="Leaf">Its index in the tree.</param>
/// <param name="Sequence">In the log.</param>
public sealed record PackVerdict(long Leaf, long Sequence, Verdict Verdict);

/// <summary>A point whose windows are in a pack.</summary>
/// <param name="Series">As its newest leaf in the pack says.</param>
/// <param name="Blocks">Its leaves, in the order in which their lines stand in its file.</param>
public sealed record PackPoint(Series Series, IReadOnlyList<BlockLeaf> Blocks);

/// <summary>By what verdicts from a sequence on were judged.</summary>
/// <param name="Sequence">Of its record in the log.</param>
/// <param name="Profile">Null without a label, or when a text of it is missing or cannot be read; <paramref name="Trouble"/> says so.</param>
/// <param name="Facts">Likewise.</param>
public sealed record PackConfiguration(long Sequence, ConfigurationRecord Record, LabelProfile? Profile, CentreFacts? Facts, string? Trouble);

/// <summary>The windows of one leaf.</summary>
/// <param name="Windows">In the order of their lines.</param>
public sealed record PackBlock(BlockLeaf Leaf, IReadOnlyList<Aggregate> Windows);
