using System.Text;
using Ecocentre.Edge.Outputs.Influx;

namespace Ecocentre.Edge.Outputs.Tests.Influx;

public class LineSearchTests
{
    [Fact]
    public async Task Any_bad_lines_are_found_and_all_others_stored_at_the_cost_of_a_search()
    {
        // Goal: whatever lines are bad and however the server refuses, the good lines are stored, the last write of each in order, and exactly the
        // bad ones come back. Method: random batches against a server in memory that either refuses whole or keeps the good lines.
        const int seed = 91;
        var random = new Random(seed);
        for (var round = 0; round < 400; round++)
        {
            var count = random.Next(1, 700);
            var k = random.Next(3) switch { 0 => 0, 1 => random.Next(1, 4), _ => random.Next(0, count + 1) };
            var bad = Enumerable.Range(0, count).OrderBy(_ => random.Next()).Take(k).ToHashSet();
            var server = new Server(count, bad, partial: random.Next(2) == 0, linesMax: random.Next(4) == 0 ? random.Next(1, 50) : int.MaxValue);
            var result = await server.WriteAsync();

            var what = $"Seed {seed}, round {round}: {count} lines, {k} bad, {server.Requests} requests";
            Assert.True(result.Outcome == WriteOutcome.Written, what);
            Assert.True(bad.Order().SequenceEqual(result.Refused.Select(line => line.Number)), what);
            Assert.True(result.Refused.All(line => Encoding.UTF8.GetString(line.Line.Span) == $"l{line.Number}" && line.Reason == Server.Words), what);
            var good = Enumerable.Range(0, count).Where(line => !bad.Contains(line)).ToList();
            Assert.True(good.SequenceEqual(server.Stored.AsEnumerable().Reverse().Distinct().Reverse()), what);
            Assert.True(server.Requests <= 2 * count - 1, what);
            if (server.LinesMax == int.MaxValue && k > 0)
                Assert.True(server.Requests <= 1 + 2 * k * (1 + Math.Ceiling(Math.Log2(Math.Max(2.0, (double)count / k)))), what);
        }
    }

    [Fact]
    public async Task One_bad_line_of_5000_costs_29_requests_at_most()
    {
        foreach (var bad in new[] { 0, 1, 2_499, 2_500, 3_333, 4_999 })
        {
            var server = new Server(5_000, [bad], partial: false);
            var result = await server.WriteAsync();
            Assert.Equal([bad], result.Refused.Select(line => line.Number));
            Assert.InRange(server.Requests, 2, 29);
            Assert.Equal(4_999, server.Stored.Distinct().Count());
        }
    }

    [Fact]
    public async Task Server_that_refuses_everything_without_blaming_lines_leaves_all_lines_blameless()
    {
        var server = new Server(5_000, [], partial: false) { Always = new Answer(AnswerClass.Refused, "400 The plain HTTP request was sent to HTTPS port") };
        var result = await server.WriteAsync();
        Assert.Equal(WriteOutcome.Later, result.Outcome);
        Assert.Empty(result.Refused);
        Assert.Equal("400 The plain HTTP request was sent to HTTPS port", result.Reason);
        Assert.InRange(server.Requests, 2, 50);
    }

    [Fact]
    public async Task Single_line_refused_without_blaming_it_is_kept()
    {
        var server = new Server(1, [], partial: false) { Always = new Answer(AnswerClass.Refused, "400 nope") };
        Assert.Equal(WriteOutcome.Later, (await server.WriteAsync()).Outcome);
    }

    [Fact]
    public async Task Lines_refused_without_words_are_blamed_once_another_line_is_taken()
    {
        var server = new Server(600, [.. Enumerable.Range(0, 40)], partial: false) { Refusal = new Answer(AnswerClass.Refused, "418 teapot") };
        var result = await server.WriteAsync();
        Assert.Equal(WriteOutcome.Written, result.Outcome);
        Assert.Equal(Enumerable.Range(0, 40), result.Refused.Select(line => line.Number));
        Assert.Equal(560, server.Stored.Distinct().Count());
    }

    [Fact]
    public async Task Server_that_says_it_dropped_all_is_not_searched()
    {
        var server = new Server(5_000, [], partial: false)
        { Always = new Answer(AnswerClass.Refused, "400 partial write: points beyond retention policy dropped=5000") };
        var result = await server.WriteAsync();
        Assert.Equal(WriteOutcome.Written, result.Outcome);
        Assert.Equal(5_000, result.Refused.Count);
        Assert.Equal(1, server.Requests);
    }

    [Theory]
    [InlineData("Busy", WriteOutcome.Later)]
    [InlineData("Unreachable", WriteOutcome.Later)]
    [InlineData("Denied", WriteOutcome.Denied)]
    public async Task Trouble_in_the_middle_of_a_search_keeps_all_lines(string trouble, WriteOutcome outcome)
    {
        var server = new Server(100, [50], partial: false)
        { TroubleAt = 4, Trouble = new Answer(Enum.Parse<AnswerClass>(trouble), "words", TimeSpan.FromSeconds(7)) };
        var result = await server.WriteAsync();
        Assert.Equal((outcome, "words", TimeSpan.FromSeconds(7)), (result.Outcome, result.Reason, result.RetryAfter));
        Assert.Empty(result.Refused);
        Assert.Equal(4, server.Requests);
    }

    [Fact]
    public async Task Line_that_makes_the_server_ill_is_asked_for_once_more_before_it_is_blamed()
    {
        var server = new Server(100, [3], partial: false) { Refusal = new Answer(AnswerClass.Ill, "500 engine: type conflict") };
        var result = await server.WriteAsync();
        Assert.Equal([3], result.Refused.Select(line => line.Number));
        Assert.Equal(99, server.Stored.Distinct().Count());
        Assert.Equal([(0, 100), (3, 4)], server.Patiently);
    }

    [Fact]
    public async Task Server_that_refuses_by_chance_costs_no_line()
    {
        // A proxy that answers with its own page now and then, as often as not, or nearly always: whatever lines it meets, none is to blame.
        const int seed = 17;
        var random = new Random(seed);
        var written = 0;
        for (var round = 0; round < 600; round++)
        {
            var mercy = 0.1 + 0.8 * random.NextDouble();
            var kind = random.Next(2) == 0 ? AnswerClass.Refused : AnswerClass.Ill;
            var server = new Server(random.Next(1, 300), [], partial: false) { Chance = () => random.NextDouble() < mercy ? null : new Answer(kind, "400 <html>") };
            var result = await server.WriteAsync();
            Assert.True(result.Refused.Count == 0, $"Seed {seed}, round {round}: of {kind} with {mercy:0.00} taken, {result.Refused.Count} lines are blamed.");
            if (result.Outcome == WriteOutcome.Written) written++;
        }
        Assert.InRange(written, 1, 599);
    }

    [Fact]
    public async Task Server_ill_for_a_moment_costs_no_line()
    {
        // Ill for the whole and for all parts that hold line 3, until only line 3 is left; then well again.
        var server = new Server(100, [3], partial: false) { Refusal = new Answer(AnswerClass.Ill, "500 oops"), WellWhenPatient = true };
        var result = await server.WriteAsync();
        Assert.Equal(WriteOutcome.Written, result.Outcome);
        Assert.Empty(result.Refused);
        Assert.Equal(100, server.Stored.Distinct().Count());
    }

    [Fact]
    public async Task Server_ill_for_all_keeps_all()
    {
        var server = new Server(5_000, [], partial: false) { Always = new Answer(AnswerClass.Ill, "500 panic") };
        var result = await server.WriteAsync();
        Assert.Equal((WriteOutcome.Later, "500 panic"), (result.Outcome, result.Reason));
        Assert.InRange(server.Requests, 2, 50);
    }

    /// <summary>A database in memory: refuses parts that hold a bad line.</summary>
    private sealed class Server(int count, HashSet<int> bad, bool partial, int linesMax = int.MaxValue)
    {
        public const string Words = "400 unable to parse";

        public Answer Refusal { get; init; } = new(AnswerClass.Refused, Words);
        public Answer? Always { get; init; }
        public Func<Answer?>? Chance { get; init; }
        public Answer Trouble { get; init; }
        public int TroubleAt { get; init; }
        public bool WellWhenPatient { get; init; }
        public int LinesMax => linesMax;
        public int Requests { get; private set; }
        public List<int> Stored { get; } = [];
        public List<(int, int)> Patiently { get; } = [];

        public async Task<WriteResult> WriteAsync()
        {
            var lines = string.Concat(Enumerable.Range(0, count).Select(line => $"l{line}\n"));
            var search = new LineSearch(new LineBatch(Encoding.UTF8.GetBytes(lines)), PostAsync);
            return await search.WriteAsync(0, count) ?? await search.EndAsync();
        }

        private ValueTask<Answer> PostAsync(int from, int to, bool patiently)
        {
            Requests++;
            if (patiently) Patiently.Add((from, to));
            if (Requests == TroubleAt) return new(Trouble);
            if (Always is { } always) return new(always);
            if (Chance?.Invoke() is { } chance) return new(chance);
            if (to - from > linesMax) return new(new Answer(AnswerClass.TooLarge, "413"));
            var lines = Enumerable.Range(from, to - from).ToList();
            var refuses = lines.Any(bad.Contains) && !(WellWhenPatient && patiently && lines.Count == 1);
            if (!refuses || partial) Stored.AddRange(lines.Where(line => !refuses || !bad.Contains(line)));
            return new(refuses ? Refusal : new Answer(AnswerClass.Taken, ""));
        }
    }
}
