using Ecocentre.Edge.Campaign.Rig;

namespace Ecocentre.Edge.Campaign.Faults;

/// <summary>What happens to cards.</summary>
internal static class DiskFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        Disk("disk-full", async (chain, random) =>
        {
            chain.Disk.Fill();
            await FaultList.WaitAsync(random, 3, 70);
            chain.Disk.Free();
        }),
        Disk("disk-full-and-killed", async (chain, random) =>
        {
            chain.Disk.Fill();
            await FaultList.WaitAsync(random, 1, 20);
            await chain.Gateway.KillAsync();
            // It may refuse to start as long as there is no room.
            chain.Gateway.MayDie = true;
            await chain.Gateway.StartAsync();
            await FaultList.WaitAsync(random, 1, 10);
            chain.Disk.Free();
            await FaultList.WaitAsync(random, 2, 3);
            chain.Gateway.MayDie = false;
        }),
        Disk("disk-slow", async (chain, random) =>
        {
            // A card that collects its garbage: nothing is written for up to four seconds, then for a moment it goes on.
            for (var left = random.Next(3, 15); left > 0; left--)
            {
                chain.Disk.Freeze();
                await FaultList.WaitAsync(random, 0.2, 4);
                chain.Disk.Thaw();
                await FaultList.WaitAsync(random, 0, 0.5);
            }
        }),
        Disk("disk-hangs", async (chain, random) =>
        {
            chain.Disk.Freeze();
            await FaultList.WaitAsync(random, 5, 30);
            chain.Disk.Thaw();
        }),
        Disk("disk-fails-read-only", async (chain, random) =>
        {
            chain.Disk.Fail();
            await FaultList.WaitAsync(random, 2, 40);
            await chain.Gateway.KillAsync();
            chain.Disk.Remount();
            await chain.Gateway.StartAsync();
        }),
        Disk("started-on-read-only", async (chain, random) =>
        {
            await chain.Gateway.KillAsync();
            chain.Disk.Remount(readOnly: true);
            chain.Gateway.MayDie = true;
            await chain.Gateway.StartAsync();
            await FaultList.WaitAsync(random, 2, 10);
            await chain.Gateway.KillAsync();
            chain.Gateway.MayDie = false;
            chain.Disk.Remount();
            await chain.Gateway.StartAsync();
        }),
        Disk("power-cut", async (chain, random) =>
        {
            chain.Disk.CutPower();
            await chain.Gateway.KillAsync();
            chain.Disk.Remount();
            await FaultList.WaitAsync(random, 0, 10);
            await chain.Gateway.StartAsync();
        }),
        new("log-end-torn", Touches.Gateway, (chain, random) => SpoilAsync(chain, random, (file, from, length) => file.SetLength(from))),
        new("log-end-overwritten", Touches.Gateway, (chain, random) => SpoilAsync(chain, random, (file, from, length) =>
        {
            var noise = new byte[length];
            random.NextBytes(noise);
            file.Position = from;
            file.Write(noise);
        })),
    ];

    private static Fault Disk(string name, Func<Chain, Random, Task> inflict) => new(name, Touches.Gateway, inflict) { WhyNot = chain => chain.Disk.WhyNot };

    private static async Task SpoilAsync(Chain chain, Random random, Action<FileStream, long, int> spoil)
    {
        await chain.Gateway.KillAsync();
        // What is torn away now may have been published: it must never stand for something else.
        chain.RememberLog();
        var file = chain.Log + "-wal" is var wal && File.Exists(wal) && new FileInfo(wal).Length > 0 ? wal : chain.Log;
        var end = file == chain.Log ? new FileInfo(file).Length : WriteAhead.End(file);
        // Two pages of SQLite and their frames: the last transactions.
        var length = (int)Math.Min(end, random.Next(1, 9000));
        using (var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite)) spoil(stream, end - length, length);
        await chain.Gateway.StartAsync();
    }
}
