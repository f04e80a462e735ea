using System.Reflection;
using BenchmarkDotNet.Running;

// dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- --filter '*LineProtocol*'
BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
