namespace Ecocentre.Edge.Benchmarks.Suite;

/// <summary>Something of the suite that is measured by itself.</summary>
/// <param name="Name">By which it is chosen on the command line.</param>
/// <param name="Run">Measures, and hands over each figure as it is known.</param>
internal sealed record Measure(string Name, Func<Action<Figure>, Task> Run)
{
    /// <summary>A measure that computes and waits for nothing.</summary>
    public static Measure Of(string name, Func<IEnumerable<Figure>> run) => new(name, found =>
    {
        foreach (var figure in run()) found(figure);
        return Task.CompletedTask;
    });
}
