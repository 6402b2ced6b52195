using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;

namespace Rocket.Host.Gateway.Copies;

/// <summary>
/// Pulls that wait for messages of copies. A copy has no actor that could wake them: while there are any, a timer looks at them ten times a second, which is
/// enough for readers that are behind anyway, and for a broker whose master is gone and which gets no messages.
/// </summary>
internal sealed class HeldCopyPulls(GatewayEnvironment environment) : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Dictionary<(BrokerContext Broker, string Log), List<PullWaiter>> _held = [];
    private ITimer? _timer;

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _held.Values.Sum(waiters => waiters.Count);
            }
        }
    }

    /// <summary>Holds a pull until there is something for it, its time is over, or its copy is not to be read any more.</summary>
    public void Hold(BrokerContext broker, string log, PullWaiter waiter)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue((broker, log), out var waiters))
            {
                _held.Add((broker, log), waiters = []);
            }

            if (waiters.Count < environment.Limits.WaitingPullsPerQueue && !environment.IsStopped)
            {
                waiters.Add(waiter);
                _timer ??= environment.Time.CreateTimer(static held => ((HeldCopyPulls)held!).Look(), this, LookInterval, LookInterval);
                return;
            }
        }

        waiter.Wake();
    }

    /// <summary>Wakes all: the node stops.</summary>
    public void GiveUpWaiting() => Look(static _ => true);

    public void Dispose() => GiveUpWaiting();

    private void Look()
    {
        var now = environment.Time.GetTimestamp();
        Look(waiter => waiter.Deadline <= now || waiter.IsAbandoned);
    }

    /// <summary>Wakes those whose waiting is over, and lets those look again for whom something shows.</summary>
    private void Look(Func<PullWaiter, bool> isOver)
    {
        List<PullWaiter> woken = [];
        List<PullWaiter> looking = [];
        lock (_gate)
        {
            foreach (var ((broker, log), waiters) in _held)
            {
                var mayRead = environment.Copies.MayRead(broker, besideMaster: true);
                var visible = broker.Copies.TryGet(log, out var copy) ? copy.VisibleOffset : -1;
                waiters.RemoveAll(waiter =>
                {
                    var isWoken = !mayRead || isOver(waiter);
                    if (isWoken || waiter.Offset < visible)
                    {
                        (isWoken ? woken : looking).Add(waiter);
                        return true;
                    }

                    return false;
                });
                if (waiters.Count == 0)
                {
                    _held.Remove((broker, log));
                }
            }

            if (_held.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }

        woken.ForEach(waiter => waiter.Wake());
        looking.ForEach(waiter => waiter.LookAgain());
    }
}
