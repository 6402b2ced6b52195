using Akka.Actor;
using Rocket.Actors.Cluster;

namespace Rocket.Actors.Topics;

/// <summary>The topics of one broker as its BrokerActor sees them: ready ones, expected ones, and who waits for which change.</summary>
internal sealed class TopicRegistry
{
    private readonly Dictionary<string, (TopicHandle Handle, IActorRef Actor)> _ready = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Waiting>> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _expected = new(StringComparer.Ordinal);
    private readonly HashSet<string> _creating = new(StringComparer.Ordinal);

    /// <summary>All topics, those included that are just being created.</summary>
    public int Count => _ready.Count + _expected.Count + _creating.Count;

    /// <summary>Whether every topic that was expected at the start is ready.</summary>
    public bool AreReady => _expected.Count == 0;

    public IEnumerable<TopicHandle> Handles => _ready.Values.Select(topic => topic.Handle);

    public IEnumerable<IActorRef> Actors => _ready.Values.Select(topic => topic.Actor);

    public bool Contains(string topic) => _ready.ContainsKey(topic);

    /// <summary>Whether somebody waits for a change of this topic.</summary>
    public bool IsChanging(string topic) => _waiting.ContainsKey(topic);

    public void Expect(string topic) => _expected.Add(topic);

    public bool IsExpected(string topic) => _expected.Contains(topic);

    /// <summary>
    /// Notes who is told what once the topic's route is published; a null answer stands for <see cref="BrokerProtocol.TopicAvailable"/>. Who asked for a
    /// configuration waits for that one or a later one, who did not for any.
    /// </summary>
    public void Await(string topic, IActorRef asker, object? answer = null, TopicConfig? config = null)
    {
        if (!_waiting.TryGetValue(topic, out var askers))
        {
            _waiting.Add(topic, askers = []);
            if (!_ready.ContainsKey(topic) && !_expected.Contains(topic))
            {
                _creating.Add(topic);
            }
        }

        askers.Add(new Waiting(asker, answer, config));
    }

    public void Ready(TopicHandle handle, IActorRef actor)
    {
        _expected.Remove(handle.Config.Topic);
        _creating.Remove(handle.Config.Topic);
        _ready[handle.Config.Topic] = (handle, actor);
    }

    /// <summary>Those who wait for the topic and have what they asked for now that this configuration is published, with their answers.</summary>
    public IReadOnlyList<(IActorRef Asker, object Answer)> TakeAnswers(TopicConfig published)
    {
        List<(IActorRef, object)> answers = [];
        if (!_ready.TryGetValue(published.Topic, out var ready) || !_waiting.TryGetValue(published.Topic, out var askers))
        {
            return answers;
        }

        var last = askers.FindLastIndex(waiting => waiting.Config == published);
        List<Waiting> left = [];
        for (var i = 0; i < askers.Count; i++)
        {
            if (i <= last || askers[i].Config is null)
            {
                answers.Add((askers[i].Asker, askers[i].Answer ?? new BrokerProtocol.TopicAvailable(ready.Handle)));
            }
            else
            {
                left.Add(askers[i]);
            }
        }

        _waiting[published.Topic] = left;
        if (left.Count == 0)
        {
            _waiting.Remove(published.Topic);
        }

        return answers;
    }

    private readonly record struct Waiting(IActorRef Asker, object? Answer, TopicConfig? Config);
}
