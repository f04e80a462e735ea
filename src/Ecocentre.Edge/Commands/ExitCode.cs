namespace Ecocentre.Edge.Commands;

/// <summary>What a verb tells the shell.</summary>
internal static class ExitCode
{
    internal const int Ok = 0;

    /// <summary>The verb did its work and what it looked at is wrong.</summary>
    internal const int FoundWrong = 1;

    /// <summary>The verb could not do its work.</summary>
    internal const int CannotRun = 2;
}
