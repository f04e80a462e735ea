using System.Globalization;
using System.Runtime.CompilerServices;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary>This test program, started once more to be what <c>ecocentre-edge run</c> is, but for a clock that runs faster: minutes pass in
/// seconds, so that much traffic fits into a test. It can be killed and started again; its clock goes on meanwhile.</summary>
internal static class GatewayProcess
{
    private const string SiteVariable = "ECOCENTRE_RUN_SITE", ClockVariable = "ECOCENTRE_RUN_CLOCK";

    /// <param name="clock">The building's clock; the process takes up where it stands now.</param>
    public static PeerProcess Start(string site, FastClock clock) => PeerProcess.Start(
        "dotnet", [typeof(GatewayProcess).Assembly.Location], environment: new Dictionary<string, string>
        {
            [SiteVariable] = site, [ClockVariable] = clock.Print(),
        });

    // While a module's initializer runs, its other threads wait for it: no lambda and no async method of this program may stand in here.
    [ModuleInitializer]
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(SiteVariable) is not { Length: > 0 } file) return;
        var mistakes = new List<Mistake>();
        var site = SiteFile.Load(file, MeterCatalogue.Load(Path.Combine(AppContext.BaseDirectory, "meters"), mistakes), mistakes);
        if (site is null) throw new InvalidOperationException(string.Join(Environment.NewLine, mistakes));
        var time = FastClock.Parse(Environment.GetEnvironmentVariable(ClockVariable)!).Time;
        using (var loggers = RunCommand.Loggers())
        {
            var centre = RunCommand.Open(site, time, TimeProvider.System, loggers);
            RunCommand.RunAsync(centre, loggers, default).GetAwaiter().GetResult();
            centre.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        Environment.Exit(0);
    }
}

/// <summary>A clock that several processes share: it runs faster than the real one since an instant at which they agreed.</summary>
internal sealed class FastClock
{
    private readonly DateTimeOffset _real, _building;
    private readonly double _speed;

    private FastClock(DateTimeOffset real, DateTimeOffset building, double speed)
    {
        (_real, _building, _speed) = (real, building, speed);
        var now = TimeProvider.System.GetUtcNow();
        Time = new ScaledTime(TimeProvider.System, building + (now - real) * speed, speed);
    }

    public TimeProvider Time { get; }

    /// <summary>A clock that stands an hour behind now, so that it does not overtake it within a test.</summary>
    public static FastClock StartNow(double speed)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new FastClock(now, now - TimeSpan.FromHours(1), speed);
    }

    public static FastClock Parse(string text)
    {
        var parts = text.Split(' ');
        return new FastClock(
            new DateTimeOffset(long.Parse(parts[0], CultureInfo.InvariantCulture), TimeSpan.Zero),
            new DateTimeOffset(long.Parse(parts[1], CultureInfo.InvariantCulture), TimeSpan.Zero),
            double.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    public string Print() => string.Create(CultureInfo.InvariantCulture, $"{_real.Ticks} {_building.Ticks} {_speed:R}");
}
