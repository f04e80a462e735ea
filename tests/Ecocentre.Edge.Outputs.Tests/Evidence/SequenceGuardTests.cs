using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

public sealed class SequenceGuardTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private string Log => _scratch.File("log.db");

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void What_it_knew_and_reserved_comes_back()
    {
        using (var guard = SequenceGuard.Open(Log, "lyon-1"))
        {
            Assert.False(guard.Found);
            guard.Reserve(10);
            Assert.True(guard.Reserved >= 10);
            guard.Know(10);
        }
        using var again = SequenceGuard.Open(Log, "lyon-1");
        Assert.True(again.Found);
        Assert.Equal(10, again.Known);
        Assert.True(again.Reserved >= 10);
    }

    [Fact]
    public void No_number_is_given_that_was_not_reserved()
    {
        using var guard = SequenceGuard.Open(Log, "lyon-1");
        for (long head = 1; head < 100_000; head += 997)
        {
            guard.Reserve(head);
            Assert.True(guard.Reserved >= head);
            guard.Know(head);
        }
    }

    [Fact]
    public void A_changed_file_counts_as_none()
    {
        using (var guard = SequenceGuard.Open(Log, "lyon-1"))
        {
            guard.Reserve(10);
            guard.Know(10);
        }
        var bytes = File.ReadAllBytes(SequenceGuard.PathOf(Log));
        for (var index = 0; index < bytes.Length; index++)
        {
            var changed = (byte[])bytes.Clone();
            changed[index] ^= 1;
            File.WriteAllBytes(SequenceGuard.PathOf(Log), changed);
            using var guard = SequenceGuard.Open(Log, "lyon-1");
            Assert.False(guard.Found);
            Assert.Equal(0, guard.Known);
        }
    }

    [Fact]
    public void Another_centres_is_refused()
    {
        using (var guard = SequenceGuard.Open(Log, "lyon-1")) guard.Reserve(1);
        var refused = Assert.Throws<LogRefusedException>(() => SequenceGuard.Open(Log, "paris-2"));
        Assert.Contains("lyon-1", refused.Message, StringComparison.Ordinal);
    }
}
