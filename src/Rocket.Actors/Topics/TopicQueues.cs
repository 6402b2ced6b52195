using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Rocket.Actors.Queues;

namespace Rocket.Actors.Topics;

/// <summary>The queues of one topic as its TopicActor sees them: those that run, and those that cannot be served.</summary>
internal sealed class TopicQueues
{
    private readonly Dictionary<int, QueueHandle?> _queues = [];

    /// <summary>The queues that run, those beyond the topic's present number included.</summary>
    public IEnumerable<QueueHandle> Running => _queues.Values.OfType<QueueHandle>();

    public bool Contains(int number) => _queues.ContainsKey(number);

    /// <summary>Notes a queue that takes messages. False: this very one is known already.</summary>
    public bool Ready(QueueHandle handle)
    {
        if (_queues.TryGetValue(handle.Id.Number, out var known) && ReferenceEquals(known, handle))
        {
            return false;
        }

        _queues[handle.Id.Number] = handle;
        return true;
    }

    /// <summary>Notes a queue whose log cannot be used.</summary>
    public void NotServed(int number) => _queues[number] = null;

    /// <summary>Forgets the queue of an actor that has ended; null: it is none of these.</summary>
    public int? Forget(IActorRef actor)
    {
        foreach (var (number, handle) in _queues)
        {
            if (Equals(handle?.Actor, actor))
            {
                _queues.Remove(number);
                return number;
            }
        }

        return null;
    }

    /// <summary>Lists queues 0 to <paramref name="count"/> − 1, null where one is not served; false: not all of them are known yet.</summary>
    public bool TryList(int count, [NotNullWhen(true)] out QueueHandle?[]? queues)
    {
        queues = new QueueHandle?[count];
        for (var number = 0; number < count; number++)
        {
            if (!_queues.TryGetValue(number, out queues[number]))
            {
                queues = null;
                return false;
            }
        }

        return true;
    }
}
