using System.Text.Json;
using Ecocentre.Edge.Outputs.Ingest;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.Ingest;

public sealed class RejectedFileTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Lines_stand_with_their_origin_and_the_servers_words()
    {
        var file = Open();
        Assert.True(LogMessage.TryRead(LogBatches.Message("lyon-1", 1, 3), out var message, out _));
        var line = LogBatches.Lines("lyon-1", 2, 2).TrimEnd('\n');
        file.AddLines([(message, System.Text.Encoding.UTF8.GetBytes(line), "400 \"no\"")]);
        file.AddLines([(message, "rubbish"u8.ToArray(), "400")]);
        var read = Read(file);
        Assert.Equal(2, read.Count);
        Assert.Equal(
            ("2026-11-21T19:00:00.000Z", "ingest-1", "400 \"no\"", "ecocentre/v1/lyon-1/log", 1, 3, 2, line),
            (read[0].GetProperty("rejectedAt").GetString(), read[0].GetProperty("by").GetString(), read[0].GetProperty("reason").GetString(),
                read[0].GetProperty("topic").GetString(), read[0].GetProperty("first").GetInt64(), read[0].GetProperty("last").GetInt64(),
                read[0].GetProperty("sequence").GetInt64(), read[0].GetProperty("line").GetString()));
        Assert.False(read[1].TryGetProperty("sequence", out _));
    }

    [Fact]
    public void Message_that_is_no_text_is_kept_as_far_as_it_is()
    {
        var file = Open();
        file.AddMessage(LogBatches.Message("lyon-1", 1, 3) with { Payload = new byte[] { (byte)'a', 0xFF, (byte)'b' } }, "The payload is not UTF-8.");
        var read = Assert.Single(Read(file));
        Assert.Equal(("a\uFFFDb", "1", "3"), (read.GetProperty("payload").GetString(), read.GetProperty("first").GetString(),
            read.GetProperty("last").GetString()));
    }

    [Fact]
    public void Line_cut_short_by_a_power_failure_spoils_no_other()
    {
        var file = Open();
        Directory.CreateDirectory(Path.GetDirectoryName(file.FilePath)!);
        File.WriteAllText(file.FilePath, "{\"rejectedAt\":\"20");
        file.AddMessage(LogBatches.Message("lyon-1", 1, 3), "x");
        var lines = File.ReadAllLines(file.FilePath);
        Assert.Equal(2, lines.Length);
        Assert.Equal("x", JsonDocument.Parse(lines[1]).RootElement.GetProperty("reason").GetString());
    }

    [Fact]
    public void File_that_has_grown_large_is_put_aside()
    {
        var file = Open();
        Directory.CreateDirectory(Path.GetDirectoryName(file.FilePath)!);
        using (var large = File.Create(file.FilePath)) large.SetLength(RejectedFile.BytesMax + 1);
        file.AddMessage(LogBatches.Message("lyon-1", 1, 3), "x");
        Assert.Single(Read(file));
        Assert.Equal(RejectedFile.BytesMax + 1, new FileInfo(Path.ChangeExtension(file.FilePath, ".1.jsonl")).Length);
    }

    [Fact]
    public void Folder_that_cannot_be_made_is_an_error()
    {
        var file = new RejectedFile(new() { Name = "ingest-1", RejectedFolder = _scratch.Write("taken", "x") }, new ManualTime());
        Assert.ThrowsAny<IOException>(() => file.AddMessage(LogBatches.Message("lyon-1", 1, 3), "x"));
    }

    private RejectedFile Open() => new(new() { Name = "ingest-1", RejectedFolder = _scratch.File("rejected") }, new ManualTime());

    private static List<JsonElement> Read(RejectedFile file) => [.. File.ReadAllLines(file.FilePath).Select(line => JsonDocument.Parse(line).RootElement)];
}
