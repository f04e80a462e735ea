using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Devices.Ports;

KernelMemory.KeepOneHeap();

#pragma warning disable RS0030 // The one place that names the system's clock.
return await CommandLine.RunAsync(args, KernelTime.Or(TimeProvider.System), Console.Out, Console.Error, Console.In);
#pragma warning restore RS0030
