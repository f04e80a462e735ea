namespace Ecocentre.Edge.Devices.Tests;

public sealed class WakeTests
{
    [Fact]
    public void A_wake_before_the_wait_is_kept_as_one()
    {
        var wake = new Wake();
        wake.Set();
        wake.Set();
        Assert.True(wake.WaitAsync().AsTask().IsCompletedSuccessfully);
        Assert.False(wake.WaitAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task Two_that_wake_each_other_never_sleep_both()
    {
        const int rounds = 2000;
        var (ping, pong) = (new Wake(), new Wake());
        var other = Task.Run(async () =>
        {
            for (var i = 0; i < rounds; i++)
            {
                await ping.WaitAsync();
                pong.Set();
            }
        });
        for (var i = 0; i < rounds; i++)
        {
            ping.Set();
            await pong.WaitAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        }
        await other.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
