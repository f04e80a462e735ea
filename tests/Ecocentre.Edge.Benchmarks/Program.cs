using System.Reflection;
using BenchmarkDotNet.Running;
using Ecocentre.Edge.Benchmarks;
using Ecocentre.Edge.Benchmarks.Evidence;
using Ecocentre.Edge.Benchmarks.Modbus;
using Ecocentre.Edge.Benchmarks.Suite;
using Ecocentre.Edge.Benchmarks.Web;

// All of it in one table: dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- all [NAME …] [--json FILE]
// Single ones, at length, are verbs: dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- modbus-tcp | modbus-rtu | gateway-load | desk-edges
// | web-desks | web-stream | log-year | archive-year | pack-year
// All else is BenchmarkDotNet's: dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- --filter '*LineProtocol*'
switch (args)
{
    case ["all", ..]:
        return await BenchmarkSuite.RunAsync(args[1..]);
    case ["modbus-tcp"]:
        return await ModbusTcpRates.RunAsync();
    case ["modbus-rtu"]:
        return await ModbusRtuShare.RunAsync();
    case ["gateway-load", ..]:
        return await GatewayLoad.RunAsync(args[1..]);
    case ["desk-edges", ..]:
        return await DeskEdges.RunAsync(args[1..]);
    case ["log-year", ..]:
        return LogYear.Run(args[1..]);
    case ["pack-year", ..]:
        return PackYear.Run(args[1..]);
    case ["archive-year", ..]:
        return ArchiveYear.Run(args[1..]);
    case ["web-desks", ..]:
        return await DeskRates.RunAsync(args[1..]);
    case ["web-stream", ..]:
        return await StreamLatency.RunAsync(args[1..]);
    default:
        BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
        return 0;
}
