namespace Ecocentre.Edge.Web;

/// <summary>How evidence packs are made, for serving. Any thread; slow, never on a request's own.</summary>
/// <param name="Prepare">Looks what belongs into the pack of local days, first and last included. To be disposed.</param>
/// <param name="Folder">Where finished packs may lie for a while; made if need be.</param>
public sealed record PackView(Func<DateOnly, DateOnly, PackWork> Prepare, string Folder);

/// <summary>A pack that can be written.</summary>
/// <param name="refusal">Why there is none, in words with a remedy; null when <paramref name="write"/> can be called.</param>
/// <param name="write">Writes it once, telling the share done; throws <see cref="IOException"/>.</param>
/// <param name="close">Lets go of what it holds.</param>
public sealed class PackWork(string? refusal, Action<Stream, Action<double>, CancellationToken>? write = null, Action? close = null) : IDisposable
{
    public string? Refusal => refusal;

    public void Write(Stream output, Action<double> progress, CancellationToken cancellation) => write!(output, progress, cancellation);

    public void Dispose() => close?.Invoke();
}
