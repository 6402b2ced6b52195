using Akka.Actor;
using Rocket.Actors.Queues;

namespace Rocket.Actors.Groups;

/// <summary>
/// Answers to requests for locks, each held back until every grant in it is durable. The group's events become durable in the order in which they are
/// handed over, so a grant is known by its number among them: a later grant of the same queue is not taken for an earlier one.
/// </summary>
internal sealed class LockAnswers
{
    private readonly Dictionary<QueueId, long> _grants = [];
    private readonly List<(long Grant, IActorRef Asker, GroupProtocol.QueuesLocked Answer)> _waiting = [];
    private long _durable;

    /// <summary>Notes that a queue was granted by the group's event of this number.</summary>
    public void Granted(QueueId queue, long number) => _grants[queue] = number;

    /// <summary>Answers at once, or when the grants are durable; a renewal of a grant that is not durable yet waits as well.</summary>
    public void Answer(IActorRef asker, GroupProtocol.QueuesLocked answer)
    {
        var last = 0L;
        foreach (var queue in answer.Queues)
        {
            last = Math.Max(last, _grants.GetValueOrDefault(queue));
        }

        if (last <= _durable)
        {
            asker.Tell(answer);
        }
        else
        {
            _waiting.Add((last, asker, answer));
        }
    }

    /// <summary>Every event up to this number is durable.</summary>
    public void Durable(long number)
    {
        _durable = number;
        foreach (var (queue, grant) in _grants)
        {
            if (grant <= number)
            {
                _grants.Remove(queue);
            }
        }

        foreach (var (grant, asker, answer) in _waiting)
        {
            if (grant <= number)
            {
                asker.Tell(answer);
            }
        }

        _waiting.RemoveAll(waiting => waiting.Grant <= number);
    }
}
