using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.Influx;

/// <summary>One influxd for a class of tests; each test takes a database of its own.</summary>
public sealed class InfluxdFixture : IAsyncLifetime
{
    private int _databases;

    public Influxd Influxd { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Influxd = await Influxd.StartAsync();

    public async Task<string> NewDatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await Influxd.CreateDatabaseAsync(name);
        return name;
    }

    public ValueTask DisposeAsync() => Influxd.DisposeAsync();
}
