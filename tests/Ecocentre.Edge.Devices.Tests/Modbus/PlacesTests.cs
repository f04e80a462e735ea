using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

public sealed class PlacesTests
{
    [Fact]
    public async Task Places_go_out_in_the_order_of_asking()
    {
        var places = new Places(1);
        Assert.True(places.TryTake());
        Assert.False(places.TryTake());
        var first = places.TakeAsync(CancellationToken.None).AsTask();
        var second = places.TakeAsync(CancellationToken.None).AsTask();

        places.Return();
        await first;
        Assert.False(second.IsCompleted);
        places.Return();
        await second;
        places.Return();
        Assert.True(places.TryTake());
    }

    [Fact]
    public async Task A_place_meant_for_one_who_gave_up_goes_to_the_next()
    {
        var places = new Places(1);
        await places.TakeAsync(CancellationToken.None);
        using var giveUp = new CancellationTokenSource();
        var first = places.TakeAsync(giveUp.Token).AsTask();
        var second = places.TakeAsync(CancellationToken.None).AsTask();
        giveUp.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        places.Return();
        await second;
    }

    [Fact]
    public async Task Who_comes_cancelled_takes_nothing()
    {
        var places = new Places(1);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => places.TakeAsync(cancelled.Token).AsTask());

        Assert.True(places.TryTake());
    }
}
