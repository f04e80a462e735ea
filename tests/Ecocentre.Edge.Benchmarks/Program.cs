using System.Reflection;
using BenchmarkDotNet.Running;
using Ecocentre.Edge.Benchmarks.Modbus;

// dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- modbus-tcp | modbus-rtu
// dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- --filter '*LineProtocol*'
switch (args)
{
    case ["modbus-tcp"]:
        return await ModbusTcpRates.RunAsync();
    case ["modbus-rtu"]:
        return await ModbusRtuShare.RunAsync();
    default:
        BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
        return 0;
}
