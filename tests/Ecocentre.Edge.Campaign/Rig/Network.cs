using System.Globalization;

namespace Ecocentre.Edge.Campaign.Rig;

/// <summary>The kernel's loopback of the network namespace that <c>tests/campaign/run</c> made: packets to and from a port can be dropped,
/// all or by chance, and all traffic can be made slow.</summary>
/// <remarks>nftables drops what arrives, so that nobody is told; the token bucket filter is the only queue discipline every kernel here
/// has (no netem).</remarks>
internal sealed class Network
{
    public const string Variable = "ECOCENTRE_CAMPAIGN_NAMESPACE";

    private const string Device = "lo", Table = "campaign";

    private readonly Dictionary<int, int> _losses = [];

    public Network()
    {
        // Without a namespace of our own these would change the whole machine's network.
        var own = Environment.GetEnvironmentVariable(Variable) == "1" ? null : "there is no network namespace of our own";
        WhyNoLoss = own ?? Shell.Trouble("nft", "add", "table", "ip", Table)
            ?? Shell.Trouble("nft", $"add chain ip {Table} input {{ type filter hook input priority 0; }}");
        WhyNotSlow = own ?? Shell.Trouble("tc", "qdisc", "add", "dev", Device, "root", "tbf", "rate", "1gbit", "burst", "1mb", "latency", "1s");
        if (WhyNotSlow is null) Fast();
    }

    /// <summary>Why packets cannot be dropped here, or null.</summary>
    public string? WhyNoLoss { get; }

    /// <summary>Why traffic cannot be made slow here, or null.</summary>
    public string? WhyNotSlow { get; }

    /// <param name="percent">How many of a hundred packets are dropped on arrival, either way.</param>
    public void Lose(int percent, IReadOnlyCollection<int> ports)
    {
        lock (_losses) foreach (var port in ports) _losses[port] = percent;
        Apply();
    }

    /// <summary>Nothing is dropped at these ports any more.</summary>
    public void Heal(IReadOnlyCollection<int> ports)
    {
        lock (_losses) foreach (var port in ports) _losses.Remove(port);
        Apply();
    }

    /// <param name="kilobits">What goes through in a second, both ways together.</param>
    public static void Slow(int kilobits) => Shell.Run("tc", "qdisc", "replace", "dev", Device, "root", "tbf", "rate",
        string.Create(CultureInfo.InvariantCulture, $"{kilobits}kbit"), "burst", "66000", "latency", "3s");

    public static void Fast() => Shell.Run("tc", "qdisc", "del", "dev", Device, "root");

    private static string Invariant(int percent) => string.Create(CultureInfo.InvariantCulture, $"numgen random mod 100 < {percent} ");

    private void Apply()
    {
        lock (_losses)
        {
            Shell.Run("nft", "flush", "chain", "ip", Table, "input");
            foreach (var (port, percent) in _losses)
                foreach (var way in (string[])["dport", "sport"])
                    Shell.Run("nft", string.Create(CultureInfo.InvariantCulture,
                        $"add rule ip {Table} input tcp {way} {port} {(percent == 100 ? "" : Invariant(percent))}drop"));
        }
    }
}
