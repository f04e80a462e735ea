using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Signing;

namespace Ecocentre.Edge.Orders;

/// <summary>Asks for the keys that sign the evidence, or lets a new one take the place of the one that signs now.</summary>
/// <param name="Rotate">A new key is wanted.</param>
internal sealed record KeyOrder(bool Rotate) : Order
{
    internal override bool IsQuestion => !Rotate;

    internal override async Task<OrderAnswer> ExecuteAsync(OrderOffice office, IProgress<string> progress, CancellationToken cancellation)
    {
        var keys = office.Keys;
        if (!Rotate) return Tell(keys, keys.Trouble ?? "", null);
        try
        {
            var record = keys.PrepareRotation();
            var at = office.Now;
            var sequence = await office.RecordAsync([record.ToFact(at)], null, cancellation);
            keys.CompleteRotation(record, at);
            return Tell(keys, $"A new key signs from now on; the one before signed it. It stands as {sequence}.", sequence);
        }
        catch (SigningRefusedException refused)
        {
            return OrderAnswer.Refused(refused.Message, "Nothing was changed.");
        }
    }

    private static OrderAnswer Tell(KeyRing keys, string text, long? sequence)
    {
        if (keys.Chain.Current is null && text.Length == 0) text = "There is no key yet; the gateway makes one when it first starts.";
        return new OrderAnswer(keys.Chain.Current is not null, text, sequence) { Keys = [.. keys.Chain.Links.Select(KeyTold.Of)] };
    }
}

/// <summary>A key as it is listed.</summary>
/// <param name="Since">RFC 3339, UTC.</param>
/// <param name="Succession"><c>first</c>, <c>signed</c> by the one before, or <c>unproven</c>.</param>
internal sealed record KeyTold(string Name, string Fingerprint, string Since, string Succession, string Vkey, string PublicKey)
{
    internal static KeyTold Of(KeyLink link) => new(
        link.Key.Name, link.Key.Fingerprint.ToString(), link.Since.ToString(), link.Succession.ToString().ToLowerInvariant(), link.Key.Vkey, link.Key.Pem);
}
