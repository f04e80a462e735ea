namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>The files of an evidence pack, in the order in which they stand in it. Format 1.</summary>
/// <remarks>
/// <para><c>pack.json</c>: <see cref="PackAbout"/>. <c>README.txt</c>, <c>LISEZMOI.txt</c>: what it is, and how to check it by hand.
/// <c>leaves.jsonl</c>: the leaves of the days from the first needed one on, contiguous, verbatim, one a line. <c>more-leaves.jsonl</c>: leaves before and
/// behind them that judging needs (instruments, calibrations, entries by hand, configurations, keys; late windows, later revisions), each line its index, a
/// space and the leaf. <c>leaf-hashes.bin</c>: 32 bytes for every leaf of the tree, from the first on.</para>
/// <para><c>windows/POINT.csv</c>: a header, then the lines of the blocks of the point in order of day and part, as their leaves commit to them.
/// <c>verdicts.json</c>, <c>verdicts.csv</c>, <c>incidents.csv</c>, <c>instruments.csv</c>, <c>entries.csv</c>: the leaves as tables.
/// <c>configuration/SHA256.json</c>: the texts that configurations name. <c>checkpoint.txt</c>, <c>checkpoint.tsr</c>: the signed head of the tree and, where
/// there is one, its time stamp. <c>keys.txt</c>: the chain of public keys. <c>public-key.pem</c>, <c>SHA256SUMS</c>, <c>SHA256SUMS.sig</c>.</para>
/// <para>The comment of the zip: <see cref="PackSeal"/>.</para>
/// </remarks>
internal static class PackNames
{
    internal const string About = "pack.json", English = "README.txt", French = "LISEZMOI.txt", Leaves = "leaves.jsonl", MoreLeaves = "more-leaves.jsonl",
        LeafHashes = "leaf-hashes.bin", VerdictsJson = "verdicts.json", VerdictsCsv = "verdicts.csv", Incidents = "incidents.csv",
        Instruments = "instruments.csv", Entries = "entries.csv", Checkpoint = "checkpoint.txt", TimeStamp = "checkpoint.tsr", Keys = "keys.txt",
        PublicKey = "public-key.pem", Sums = "SHA256SUMS", SumsSignature = "SHA256SUMS.sig";

    internal static string Windows(string point) => $"windows/{point}.csv";

    internal static string Configuration(string sha256) => $"configuration/{sha256}.json";

    /// <summary>The point of a file of windows, or null.</summary>
    internal static string? PointOf(string name) =>
        name.StartsWith("windows/", StringComparison.Ordinal) && name.EndsWith(".csv", StringComparison.Ordinal) ? name[8..^4] : null;

    /// <summary>The digest that names a text of the configuration, or null.</summary>
    internal static string? DigestOf(string name) =>
        name.StartsWith("configuration/", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal) ? name[14..^5] : null;
}
