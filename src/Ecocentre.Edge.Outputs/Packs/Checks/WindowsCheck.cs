using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>Every line of windows is one that a leaf commits to; on the way, the lines that criteria judge by go to <see cref="JudgingCheck"/>. Day by day
/// through all files at the same time, so that memory does not grow with the length of the pack.</summary>
internal sealed class WindowsCheck(PackReader pack, JudgingCheck judging, SumsCheck sums, FindingList found)
{
    internal const string Name = "windows";

    // Lines taken at once: some fill the processor's cache, more bring nothing.
    private const int LinesMax = 1_024;

    private long _lines, _blocks;

    internal void Run(Action<double> progress, CancellationToken cancellation)
    {
        var passes = pack.Points.Select(point => Begin(point)).OfType<Pass>().ToArray();
        try
        {
            var (first, count) = (pack.About.FirstDay, pack.About.LastDay.DayNumber - pack.About.FirstDay.DayNumber + 1);
            for (var day = first; day <= pack.About.LastDay; day = day.AddDays(1))
            {
                cancellation.ThrowIfCancellationRequested();
                Parallel.ForEach(passes, pass => Take(pass, day));
                judging.Advance(day);
                // Judging takes the rest.
                progress(0.9 * (day.DayNumber - first.DayNumber) / count);
            }
            foreach (var pass in passes) Finish(pass);
        }
        finally
        {
            foreach (var pass in passes) pass.Lines.Dispose();
        }
        found.Done(Name, $"{_lines} lines of {passes.Length} points in {_blocks} blocks, each against its leaf");
    }

    private Pass? Begin(PackPoint point)
    {
        var name = PackNames.Windows(point.Series.Name);
        // That it is missing was said with the files.
        if (pack.Zip.Find(name) is not { } entry) return null;
        var pass = new Pass(point, new LineReader(sums.Read(entry), name));
        try
        {
            if (pass.Lines.Next() is not { } header || !header.Span.SequenceEqual(Encoding.ASCII.GetBytes(WindowText.Header.TrimEnd('\n'))))
                found.Fault(Name, $"{name}, line 1", "is not the header.");
            return pass;
        }
        catch (PackException e)
        {
            found.Fault(Name, e);
            pass.Lines.Dispose();
            return null;
        }
    }

    private void Take(Pass pass, DateOnly day)
    {
        try
        {
            for (; !pass.IsBroken && pass.Next < pass.Point.Blocks.Count && pass.Point.Blocks[pass.Next].Day == day; pass.Next++)
                Take(pass, pass.Point.Blocks[pass.Next]);
        }
        catch (PackException e)
        {
            pass.IsBroken = true;
            found.Fault(Name, e);
        }
    }

    private void Take(Pass pass, BlockLeaf block)
    {
        var (count, wanted) = block.Windows!.Value;
        var first = pass.Lines.Number + 1;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var feed = judging.FeedOf(pass.Point.Series.Name);
        pass.Fed.Clear();
        for (var left = count; left > 0;)
        {
            var lines = pass.Lines.Some(Math.Min(left, LinesMax), out var some).Span;
            if (some == 0) throw new PackException(pass.Lines.Place, $"is the last; the block of {block.Day:yyyy-MM-dd} has {left} lines more.");
            hash.AppendData(lines);
            if (feed.Minutes || feed.Quarters) Parse(pass, lines, feed);
            left -= some;
        }
        Interlocked.Add(ref _lines, count);
        Interlocked.Increment(ref _blocks);
        if (new TreeHash(hash.GetHashAndReset()) != wanted)
            found.Fault(Name, $"{PackNames.Windows(pass.Point.Series.Name)}, lines {first} to {pass.Lines.Number}",
                $"are not what was sealed of {block.Day:yyyy-MM-dd}, part {block.Part}.");
        judging.Feed(pass.Point.Series.Name, pass.Fed);
    }

    private void Parse(Pass pass, ReadOnlySpan<byte> lines, (bool Minutes, bool Quarters) feed)
    {
        while (lines.Length > 0)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = lines[..end];
            lines = lines[(end + 1)..];
            if (!(feed.Minutes && line.StartsWith("1m,"u8) || feed.Quarters && line.StartsWith("15m,"u8))) continue;
            if (WindowText.TryRead(line, pack.Zone, out var window)) pass.Fed.Add(window);
            else found.Fault(Name, pass.Lines.Place, "a line near it is no line of a window.");
        }
    }

    private void Finish(Pass pass)
    {
        try
        {
            if (!pass.IsBroken && pass.Lines.Next() is not null) found.Fault(Name, pass.Lines.Place, "is a line that no leaf knows.");
        }
        catch (PackException e)
        {
            found.Fault(Name, e);
        }
    }

    /// <summary>How far a file was read.</summary>
    private sealed class Pass(PackPoint point, LineReader lines)
    {
        internal PackPoint Point => point;

        internal LineReader Lines => lines;

        internal List<Aggregate> Fed { get; } = [];

        internal int Next { get; set; }

        internal bool IsBroken { get; set; }
    }
}
