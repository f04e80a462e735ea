using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Web;

/// <summary>The signed evidence, for showing. Any thread.</summary>
/// <param name="Head">The signed head of the tree; null while there is none.</param>
/// <param name="Keys">The keys that ever signed.</param>
/// <param name="Outside">Who outside of the gateway is known to hold which checkpoint.</param>
/// <param name="Leaf">The leaf of an index with its proof; null where the signed head does not cover it.</param>
/// <param name="Entry">The leaf of an incident or record by its sequence in the log, likewise.</param>
public sealed record EvidenceView(
    Func<SignedNote?> Head, Func<KeyChain> Keys, Func<ImmutableArray<OutsideCopy>> Outside, Func<long, LeafProof?> Leaf, Func<long, LeafProof?> Entry);
