using System.CommandLine;

namespace Ecocentre.Edge.Commands;

/// <summary>The verbs of <c>ecocentre-edge</c>. Exit codes: 0 ok, 1 found wrong, 2 cannot run.</summary>
internal static class CommandLine
{
    internal static async Task<int> RunAsync(string[] arguments, TimeProvider time, TextWriter output, TextWriter errors, TextReader? input = null)
    {
        Adapters.Include();
        // A gateway stores what it knows and says goodbye before it ends; systemd gives it longer than this.
        var configuration = new InvocationConfiguration
        {
            Output = output, Error = errors, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(15),
        };
        var parsed = Root(new Terminal(output, errors, time) { Input = input ?? TextReader.Null }).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) errors.WriteLine(error.Message);
            errors.WriteLine($"Try: ecocentre-edge {string.Join(' ', arguments.TakeWhile(a => !a.StartsWith('-')).Take(1))} "
                + $"--help".Replace("  ", " "));
            return ExitCode.CannotRun;
        }
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (CannotRunException e)
        {
            errors.WriteLine(e.Message);
            return ExitCode.CannotRun;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.CannotRun;
        }
    }

    private static RootCommand Root(Terminal terminal) =>
        new("Ecocentre.Edge: reads a shared work centre's meters and sensors, judges them and keeps the evidence.")
    {
        RunCommand.Build(terminal),
        DemoCommand.Build(terminal),
        SimulateCommand.Build(terminal),
        CheckCommand.Build(terminal),
        HealthCommand.Build(terminal),
        WiringCommand.Build(terminal),
        ReloadCommand.Build(terminal),
        ReadCommand.Build(terminal),
        ScanCommand.Build(terminal),
        LabelCommand.Build(terminal),
        IngestCommand.Build(terminal),
        TokenCommand.Build(terminal),
        new Command("data", "Copies of everything a dead card would take.") { BackupCommand.Build(terminal), RestoreCommand.Build(terminal) },
        new Command("entry", "What people enter by hand.") { EntryAddCommand.Build(terminal), EntryListCommand.Build(terminal) },
        new Command("evidence", "What an auditor can check without trusting us.")
        {
            EvidenceExportCommand.Build(terminal), EvidenceVerifyCommand.Build(terminal), EvidenceReportCommand.Build(terminal),
            EvidenceCheckCommand.Build(terminal), EvidenceKeyCommand.Build(terminal),
        },
        new Command("device", "Devices as instruments.") { DeviceSwapCommand.Build(terminal), DeviceCalibrateCommand.Build(terminal) },
    };
}
