using Rocket.Actors.Queues;

namespace Rocket.Actors.Groups;

/// <summary>
/// Which client may consume which queue in order. A lock lasts <see cref="Lifetime"/> from its last renewal; clients renew every 20 s and trust
/// their own copy for 30 s. Only changes of owner are made durable, renewals are not: after a recovery every known lock is taken as renewed just
/// now, so nobody else gets the queue before the old owner has stopped trusting its copy. Measured by a clock that nobody sets.
/// </summary>
internal sealed class QueueLocks(TimeProvider time)
{
    /// <summary>RocketMQ: rebalanceLockMaxLiveTime of the broker.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private readonly Dictionary<QueueId, Grant> _grants = [];

    /// <summary>Whether any lock is held, expired or not.</summary>
    public bool Any => _grants.Count > 0;

    /// <summary>Takes over what was durable, as renewed now.</summary>
    public void Restore(QueueId queue, string clientId) => Assign(queue, clientId);

    /// <summary>What a client's request for a queue comes to; changes nothing but the expiry of the client's own lock.</summary>
    public LockDecision Decide(QueueId queue, string clientId)
    {
        if (!_grants.TryGetValue(queue, out var grant) || IsExpired(grant))
        {
            return LockDecision.Grant;
        }

        if (grant.ClientId != clientId)
        {
            return LockDecision.Refuse;
        }

        Assign(queue, clientId);
        return LockDecision.Renewed;
    }

    /// <summary>Reserves the queue while the grant is made durable, so that two requests cannot both be granted.</summary>
    public void Assign(QueueId queue, string clientId) => _grants[queue] = new Grant(clientId, time.GetTimestamp());

    /// <summary>Whether the client owns the queue.</summary>
    public bool IsOwner(QueueId queue, string clientId) => _grants.TryGetValue(queue, out var grant) && grant.ClientId == clientId;

    /// <summary>The owners of the queues that are locked now, as a copy.</summary>
    public IReadOnlyDictionary<QueueId, string> Owners() =>
        _grants.Where(entry => !IsExpired(entry.Value)).ToDictionary(entry => entry.Key, entry => entry.Value.ClientId);

    /// <summary>Forgets a lock; without effect when the client is not its owner.</summary>
    public bool Release(QueueId queue, string clientId) => IsOwner(queue, clientId) && _grants.Remove(queue);

    /// <summary>Forgets the locks that nobody renewed, and says which.</summary>
    public IReadOnlyList<(QueueId Queue, string ClientId)> TakeExpired()
    {
        List<(QueueId, string)> expired = [];
        foreach (var (queue, grant) in _grants)
        {
            if (IsExpired(grant))
            {
                expired.Add((queue, grant.ClientId));
                _grants.Remove(queue);
            }
        }

        return expired;
    }

    private bool IsExpired(Grant grant) => time.GetElapsedTime(grant.RenewedAt) >= Lifetime;

    private readonly record struct Grant(string ClientId, long RenewedAt);
}

/// <summary>What a request for a lock comes to.</summary>
internal enum LockDecision
{
    /// <summary>Free: the client gets it once that is durable.</summary>
    Grant,

    /// <summary>The client has it already.</summary>
    Renewed,

    /// <summary>Somebody else has it.</summary>
    Refuse,
}
