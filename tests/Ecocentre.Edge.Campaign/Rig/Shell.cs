using System.Diagnostics;

namespace Ecocentre.Edge.Campaign.Rig;

/// <summary>Programs of the system that do one thing and end.</summary>
internal static class Shell
{
    /// <returns>Null when it ended well, else its words.</returns>
    public static string? Trouble(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
            start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin";
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var words = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"{program} {string.Join(' ', arguments)}: {words}{output.Result}".Trim();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"{program}: {e.Message}";
        }
    }

    /// <exception cref="InvalidOperationException">It did not end well.</exception>
    public static void Run(string program, params string[] arguments)
    {
        if (Trouble(program, arguments) is { } trouble) throw new InvalidOperationException(trouble);
    }
}
