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
            var (first, last) = (pack.About.FirstDay, pack.About.LastDay);
            Read(passes, first);
            for (var day = first; day <= last; day = day.AddDays(1))
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (var pass in passes) pass.Turn();
                var (judged, read) = (day, day.AddDays(1));
                // A day is judged while the next one is read.
                Parallel.Invoke(() => Judge(passes, judged), () => Read(passes, read));
                // Holding verdicts against each other takes the rest.
                progress(0.9 * (day.DayNumber - first.DayNumber + 1) / (last.DayNumber - first.DayNumber + 1));
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
        var pass = new Pass(point, new LineReader(sums.Read(entry), name), judging.FeedOf(point.Series.Name));
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

    private void Read(Pass[] passes, DateOnly day)
    {
        if (day <= pack.About.LastDay) Parallel.ForEach(passes, pass => Take(pass, day));
    }

    private void Judge(Pass[] passes, DateOnly day)
    {
        foreach (var pass in passes) judging.Feed(pass.Point.Series.Name, pass.Judged);
        judging.Advance(day);
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
        for (var left = count; left > 0;)
        {
            var lines = pass.Lines.Some(Math.Min(left, LinesMax), out var some).Span;
            if (some == 0) throw new PackException(pass.Lines.Place, $"is the last; the block of {block.Day:yyyy-MM-dd} has {left} lines more.");
            hash.AppendData(lines);
            if (pass.IsFed) Parse(pass, lines);
            left -= some;
        }
        Interlocked.Add(ref _lines, count);
        Interlocked.Increment(ref _blocks);
        if (new TreeHash(hash.GetHashAndReset()) != wanted)
            found.Fault(Name, $"{PackNames.Windows(pass.Point.Series.Name)}, lines {first} to {pass.Lines.Number}",
                $"are not what was sealed of {block.Day:yyyy-MM-dd}, part {block.Part}.");
    }

    private void Parse(Pass pass, ReadOnlySpan<byte> lines)
    {
        while (lines.Length > 0)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = lines[..end];
            lines = lines[(end + 1)..];
            if (!pass.Wants(line)) continue;
            if (WindowText.TryRead(line, pack.Zone, out var window)) pass.Read.Add(window);
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
    private sealed class Pass(PackPoint point, LineReader lines, (bool Minutes, bool Quarters) feed)
    {
        internal PackPoint Point => point;

        internal LineReader Lines => lines;

        /// <summary>Windows of the day that is being read.</summary>
        internal List<Aggregate> Read { get; private set; } = [];

        /// <summary>Windows of the day that is being judged.</summary>
        internal List<Aggregate> Judged { get; private set; } = [];

        /// <summary>Criteria judge by its windows.</summary>
        internal bool IsFed => feed.Minutes || feed.Quarters;

        internal int Next { get; set; }

        internal bool IsBroken { get; set; }

        internal bool Wants(ReadOnlySpan<byte> line) => feed.Minutes && line.StartsWith("1m,"u8) || feed.Quarters && line.StartsWith("15m,"u8);

        /// <summary>What was read is judged next.</summary>
        internal void Turn()
        {
            (Read, Judged) = (Judged, Read);
            Read.Clear();
        }
    }
}
