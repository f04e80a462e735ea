using System.Text.Json;

namespace Ecocentre.Edge.Commands;

/// <summary>Where a verb talks to: what it found goes to the output, what goes on and what is wrong to the errors, so that output can be piped.</summary>
/// <param name="Time">The clock handed to everything a verb starts.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Errors, TimeProvider Time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>A person is watching: progress may overwrite itself.</summary>
    private bool IsWatched => ReferenceEquals(Errors, Console.Error) && !Console.IsErrorRedirected;

    /// <summary>One JSON document for machines.</summary>
    internal void WriteJson(object value) => Output.WriteLine(JsonSerializer.Serialize(value, Json));

    /// <summary>Shows how far long work has come, on one line that the next call overwrites; silent when nobody watches.</summary>
    internal void Progress(string text)
    {
        if (IsWatched) Errors.Write($"\r\e[K{text}");
    }

    /// <summary>Says how work goes on that somebody waits for; each word stays.</summary>
    internal void Tell(string text) => Errors.WriteLine(text);

    /// <summary>Where a person answers; nobody does unless the program is told where.</summary>
    internal TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Clears the progress line.</summary>
    internal void ProgressDone()
    {
        if (IsWatched) Errors.Write("\r\e[K");
    }

    /// <summary>Returns when the verb is interrupted (Ctrl-C, SIGTERM).</summary>
    internal async Task UntilInterruptedAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellation);
        }
        catch (OperationCanceledException)
        {
            // That is the interruption.
        }
    }
}
