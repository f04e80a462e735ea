using System.Collections.Concurrent;
using Ecocentre.Edge.Web.Access;
using Microsoft.Extensions.Logging;
using NSubstitute;

namespace Ecocentre.Edge.Web.Tests.Answers;

public sealed class FrontTests
{
    [Fact]
    public async Task Log_names_who_asked_what_and_no_secret_of_theirs()
    {
        var logger = new ListedLogger();
        await using var centre = await ShownCentre.StartAsync(logger: logger);
        var token = centre.Token(Roles.Booking);
        await centre.Client(token).GetAsync("/api/v1/desks/changes?after=0&wait=0s");
        await centre.Client(token).GetAsync("/api/v1/points");
        await centre.Client("wrong-token-of-somebody").GetAsync("/api/v1/desks?space=secret-space");
        await centre.Client(token).GetAsync($"/api/v1/nothing/{new string('x', 3_000)}%0a%0dforged");
        var lines = logger.Lines.ToArray();
        Assert.Contains(lines, line => line.StartsWith("Debug GET /api/v1/desks/changes 200") && line.Contains($"token {token[8..16]} from 127.0.0.1"));
        Assert.Contains(lines, line => line.StartsWith("Information GET /api/v1/points 403"));
        Assert.Contains(lines, line => line.StartsWith("Information GET /api/v1/desks 401") && line.Contains("token - from"));
        Assert.All(lines, line =>
        {
            Assert.DoesNotContain(token[17..], line);
            Assert.DoesNotContain("wrong-token", line);
            Assert.DoesNotContain("secret-space", line);
            Assert.DoesNotContain('\n', line);
            Assert.True(line.Length < 400, line);
        });
    }

    [Fact]
    public async Task What_throws_is_told_to_the_log_and_to_nobody_else()
    {
        var logger = new ListedLogger();
        await using var centre = await ShownCentre.StartAsync(logger: logger);
        centre.Log.Head.Returns(_ => throw new InvalidOperationException("BUG: hidden words"));
        using var answer = await centre.Client().GetAsync("/api/v1/centre");
        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.DoesNotContain("hidden", await answer.Content.ReadAsStringAsync());
        Assert.Contains(logger.Lines, line => line.StartsWith("Error GET /api/v1/centre failed.") && line.Contains("hidden words"));
    }

    private sealed class ListedLogger : ILogger
    {
        internal ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception?.Message}".TrimEnd());
    }
}
