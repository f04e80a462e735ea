using System.Text.Json;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

public sealed class RejectedEntriesTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Each_entry_is_a_line_a_person_and_a_program_can_read()
    {
        var rejected = new RejectedEntries(_scratch.File("log.db"), "influx");
        var aggregate = new Aggregate(
            default, WindowKind.Hour, new Window(Facts.Start, TimeSpan.FromHours(1)), 2, 60, 1.5, double.PositiveInfinity, double.NaN, 3, 0.25, 0.5);
        rejected.Add(
            [
                new LogEntry(7, new WindowFact(new Series("main.power", "power.active", "W", PointKind.Gauge, "main", null), aggregate)),
                new LogEntry(9, Facts.Incident(Facts.Start, "two\nlines")),
                new LogEntry(10, new RecordFact(Facts.Start, RecordKind.Swap, "main", """{"author":"A"}""")),
            ],
            "400 \"bad\"\nline", Facts.Start + TimeSpan.FromHours(1));
        var lines = File.ReadAllLines(rejected.FilePath).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(3, lines.Count);
        Assert.Equal(7, lines[0].GetProperty("sequence").GetInt64());
        Assert.Equal("main.power", lines[0].GetProperty("series").GetString());
        Assert.Equal("Infinity", lines[0].GetProperty("max").GetString());
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("mean").ValueKind);
        Assert.Equal("400 \"bad\"\nline", lines[1].GetProperty("reason").GetString());
        Assert.Equal("two\nlines", lines[1].GetProperty("text").GetString());
        Assert.Equal("2026-11-02T01:00:00.000Z", lines[1].GetProperty("rejectedAt").GetString());
        Assert.Equal(("Swap", "main", """{"author":"A"}"""), (lines[2].GetProperty("record").GetString(), lines[2].GetProperty("subject").GetString(),
            lines[2].GetProperty("json").GetString()));
    }

    [Fact]
    public void A_line_cut_short_spoils_no_other()
    {
        var rejected = new RejectedEntries(_scratch.File("log.db"), "influx");
        Directory.CreateDirectory(Path.GetDirectoryName(rejected.FilePath)!);
        File.WriteAllText(rejected.FilePath, "{\"sequence\":1,\"rea");
        rejected.Add([new LogEntry(2, Facts.Incident(Facts.Start, "x"))], "no", Facts.Start);
        Assert.Equal(2, JsonDocument.Parse(File.ReadAllLines(rejected.FilePath)[^1]).RootElement.GetProperty("sequence").GetInt64());
    }

    [Fact]
    public void The_files_stay_bounded_and_the_newest_entries_are_kept()
    {
        var rejected = new RejectedEntries(_scratch.File("log.db"), "influx");
        var text = new string('x', 1 << 20);
        for (var sequence = 1; sequence <= 40; sequence++)
            rejected.Add([new LogEntry(sequence, Facts.Incident(Facts.Start, text))], "no", Facts.Start);
        var files = Directory.GetFiles(_scratch.File("rejected"));
        Assert.Equal(["influx.1.jsonl", "influx.jsonl"], files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, RejectedEntries.BytesMax + (2 << 20)));
        Assert.Contains("\"sequence\":40,", File.ReadAllLines(rejected.FilePath)[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd", "_.._etc_passwd.jsonl")]
    [InlineData("influx", "influx.jsonl")]
    [InlineData("a b/c", "a_b_c.jsonl")]
    public void A_sinks_name_never_leads_out_of_the_folder(string sink, string file)
    {
        var rejected = new RejectedEntries(_scratch.File("log.db"), sink);
        Assert.Equal(Path.Combine(_scratch.File("rejected"), file), rejected.FilePath);
    }
}
