using System.Text;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Tests.Ports;

public sealed class KernelMemoryTests
{
    [Fact]
    public void What_can_be_read_again_is_given_back_and_comes_back()
    {
        KernelMemory.KeepOneHeap();
        var memory = new KernelMemory();
        Assert.Equal(0, memory.GiveBack());
        Assert.NotEqual(0, memory.GiveBack());
        // All of it is code that runs on.
        Assert.NotEqual(0, memory.GiveBack());
    }

    [Theory]
    [InlineData(90)]
    [InlineData(16 * 1024)]
    public void Only_files_that_nobody_wrote_to_are_named(int room)
    {
        string[] smaps =
        [
            "55d0c0a00000-55d0c0a21000 r--p 00000000 08:01 11 /usr/bin/dotnet", "Rss: 4 kB", "Anonymous:             0 kB", "VmFlags: rd mr mw me",
            "7f20c0a00000-7f20c0a21000 r-xp 00000000 08:01 12 /usr/lib/libc.so.6", "Anonymous:             0 kB",
            "7f20c0b00000-7f20c0b21000 r--p 00000000 08:01 12 /usr/lib/libc.so.6", "Anonymous:             8 kB",
            "7f20c0c00000-7f20c0c21000 rw-p 00000000 08:01 12 /usr/lib/libc.so.6", "Anonymous:             0 kB",
            "7f20c0d00000-7f20c0d21000 r--s 00000000 00:01 13 /memfd:doublemapper (deleted)", "Anonymous:             0 kB",
            "7f20c0e00000-7f20c0e21000 r--p 00000000 00:00 0", "Anonymous:             0 kB",
            "7ffe00000000-7ffe00002000 r-xp 00000000 00:00 0                          [vdso]", "Anonymous:             0 kB",
        ];
        var found = new HashSet<(nuint From, nuint To)>();
        KernelMemory.Unchanged(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', smaps) + "\n")), new byte[room], found);
        Assert.Equal([(0x55d0c0a00000u, 0x55d0c0a21000u), (0x7f20c0a00000u, 0x7f20c0a21000u)],
            found.Order().Select(stretch => ((ulong)stretch.From, (ulong)stretch.To)));
    }
}
