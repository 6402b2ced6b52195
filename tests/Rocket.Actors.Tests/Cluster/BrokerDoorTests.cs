using Rocket.Actors.Cluster;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

public sealed class BrokerDoorTests
{
    private readonly BrokerDoor _door = new();

    [Fact]
    public void The_door_is_quiet_when_everybody_has_left_or_is_gone()
    {
        Assert.True(_door.IsQuiet);
        var (first, second) = (_door.Issue(), _door.Issue());
        first.Enter();
        second.Enter();
        Assert.False(_door.IsQuiet);
        first.Leave();
        Assert.False(_door.IsQuiet);
        second.Dispose();
        Assert.True(_door.IsQuiet);
    }

    [Fact]
    public async Task Nobody_who_found_the_broker_led_is_still_inside_once_the_closed_door_is_quiet()
    {
        for (var round = 0; round < 2000; round++)
        {
            var (isLed, isStopped, late) = (true, false, 0);
            using var start = new Barrier(3);
            var visitors = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    using var pass = _door.Issue();
                    start.SignalAndWait();
                    for (var visit = 0; visit < 50; visit++)
                    {
                        pass.Enter();
                        if (Volatile.Read(ref isLed) && Volatile.Read(ref isStopped))
                        {
                            Interlocked.Increment(ref late);
                        }
                        else if (Volatile.Read(ref isStopped))
                        {
                            pass.Leave();
                            return;
                        }

                        pass.Leave();
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)).ToArray();
            start.SignalAndWait();
            Volatile.Write(ref isLed, false);
            SpinWait.SpinUntil(() => _door.IsQuiet);
            Volatile.Write(ref isStopped, true);
            await Task.WhenAll(visitors);
            Assert.Equal(0, late);
        }
    }
}
