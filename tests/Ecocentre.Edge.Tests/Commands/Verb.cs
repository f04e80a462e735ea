using Ecocentre.Edge.Commands;

namespace Ecocentre.Edge.Tests.Commands;

/// <summary>What a verb answered.</summary>
internal sealed record Verb(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a command line in this process.</summary>
    public static async Task<Verb> RunAsync(params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(arguments, TimeProvider.System, output, errors).WaitAsync(TimeSpan.FromSeconds(120));
        return new Verb(code, output.ToString(), errors.ToString());
    }

    /// <summary>It found something wrong, and says what.</summary>
    public void Wrong(params string[] words)
    {
        Assert.True(ExitCode == 1, $"Exit code {ExitCode}: {Output}{Errors}");
        foreach (var word in words) Assert.Contains(word, Errors);
    }

    /// <summary>It could not run, and says so in words for people.</summary>
    public void CannotRun(params string[] words)
    {
        Assert.True(ExitCode == 2, $"Exit code {ExitCode}: {Output}{Errors}");
        Assert.DoesNotContain("   at ", Errors + Output);
        Assert.DoesNotContain("Exception", Errors + Output);
        foreach (var word in words) Assert.Contains(word, Errors);
    }
}

/// <summary>Verbs run one after another: some count seconds, and a test machine has few cores.</summary>
[CollectionDefinition(Name)]
public sealed class VerbsInTurn
{
    public const string Name = "verbs";
}
