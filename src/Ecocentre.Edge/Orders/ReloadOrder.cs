namespace Ecocentre.Edge.Orders;

/// <summary>Has the site file read again and applied whole, or refused whole with all its mistakes.</summary>
internal sealed record ReloadOrder : Order
{
    internal override Task<OrderAnswer> ExecuteAsync(OrderOffice office, IProgress<string> progress, CancellationToken cancellation) =>
        office.ReloadAsync(cancellation);
}
