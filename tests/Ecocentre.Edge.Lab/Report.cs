using System.Diagnostics;

namespace Ecocentre.Edge.Lab;

/// <summary>Runs checks one after the other and says what came of each.</summary>
internal sealed class Report
{
    // Of one check: nothing waits for longer than some seconds, but the guest is emulated and its host may be busy.
    private static readonly TimeSpan CheckMax = TimeSpan.FromSeconds(90);

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public async Task CheckAsync(string what, Func<Task> check)
    {
        var begun = Stopwatch.GetTimestamp();
        string? trouble = null;
        try
        {
            await check().WaitAsync(CheckMax);
        }
        catch (Exception failure)
        {
            trouble = failure is CheckException ? failure.Message : failure.ToString();
        }
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        if (trouble is null) Passed++;
        else Failed++;
        Console.WriteLine($"{(trouble is null ? "ok  " : "FAIL")} {seconds,5:0.0} s  {what}");
        if (trouble is not null) Console.WriteLine($"             {trouble}");
    }

    /// <summary>A number for people; it is never judged.</summary>
    public static void Note(string text) => Console.WriteLine($"             {text}");
}
