using System.Collections.Frozen;
using Rocket.Actors.Cluster;
using Rocket.Actors.Routing;

namespace Rocket.Host.Gateway;

/// <summary>
/// Holds connections back after the start of a node until somebody can serve them. A node that is alone serves when it leads all it holds. Among several
/// nodes each broker's port is opened by itself, once that broker is led, here or elsewhere: one that nobody leads must not hold up the others, and
/// after <see cref="Patience"/> its clients are told so.
/// A node that is out of its cluster and begins anew may have no majority for long, and its clients knew it a moment ago: at its brokers' ports they are told at once to try another one.
/// </summary>
internal sealed class StartGates
{
    /// <summary>From when the node has joined its cluster.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    private readonly TaskCompletionSource _all = NewGate();
    private readonly FrozenDictionary<BrokerContext, TaskCompletionSource> _brokers;
    private readonly BrokerLeaders _leaders;
    private readonly TimeProvider _time;
    private readonly bool _isAnew;

    /// <param name="node">The node.</param>
    /// <param name="leaders">Where brokers are led.</param>
    /// <param name="isAnew">It has been in its cluster before, since the process started.</param>
    public StartGates(NodeContext node, BrokerLeaders leaders, bool isAnew)
    {
        (_leaders, _time, _isAnew) = (leaders, node.Time, isAnew);
        _brokers = node.Brokers.ToFrozenDictionary(broker => broker, _ => NewGate());
    }

    /// <summary>Completed when requests may be served that mean this broker; null: the name server's.</summary>
    public Task WhenOpen(BrokerContext? broker) => broker is null ? _all.Task : _brokers[broker].Task;

    /// <summary>Whether requests at this port are read before it is open, and refused; null: the name server's.</summary>
    public bool RefusesUntilOpen(BrokerContext? broker) => _isAnew && broker is not null && !WhenOpen(broker).IsCompleted;

    /// <summary>The node is ready: all is opened.</summary>
    public void Ready()
    {
        foreach (var broker in _brokers.Values)
        {
            broker.TrySetResult();
        }

        _all.TrySetResult();
    }

    /// <summary>The node has joined its cluster, in which it is not alone: opens what can be served, and what cannot after <see cref="Patience"/>.</summary>
    public async Task OpenOneByOneAsync(CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        try
        {
            while (!_all.Task.IsCompleted && _time.GetElapsedTime(began) < Patience)
            {
                foreach (var (broker, gate) in _brokers)
                {
                    if (IsServed(broker))
                    {
                        gate.TrySetResult();
                    }
                }

                await Task.Delay(LookInterval, _time, cancellation).ConfigureAwait(false);
            }

            Ready();
        }
        catch (OperationCanceledException)
        {
            // The node stops before.
        }
    }

    /// <summary>The node stops: who still waits is let go.</summary>
    public void Cancel()
    {
        foreach (var broker in _brokers.Values)
        {
            broker.TrySetCanceled();
        }

        _all.TrySetCanceled();
    }

    private bool IsServed(BrokerContext broker) =>
        broker.Directory.IsLeading || broker.Directory.Damage is not null || _leaders.LinkToLeaderOf(broker) is not null;

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
