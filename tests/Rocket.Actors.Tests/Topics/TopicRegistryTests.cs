using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Topics;

public sealed class TopicRegistryTests
{
    private static readonly TopicConfig Small = new("Orders", 4, 4, 6, 0, Order: false);
    private static readonly TopicConfig Large = Small with { ReadQueueNums = 8, WriteQueueNums = 8 };

    private readonly TopicRegistry _topics = new();

    [Fact]
    public void Who_asked_for_a_configuration_waits_for_that_one_and_who_did_not_for_any()
    {
        Ready(Small);
        _topics.Await("Orders", ActorRefs.Nobody, "small", Small);
        _topics.Await("Orders", ActorRefs.Nobody, "large", Large);
        _topics.Await("Orders", ActorRefs.Nobody, "any");
        Assert.Equal(["small", "any"], Answers(Small));
        Assert.True(_topics.IsChanging("Orders"));
        Assert.Equal(["large"], Answers(Large));
        Assert.False(_topics.IsChanging("Orders"));
        Assert.Empty(Answers(Large));
    }

    [Fact]
    public void A_later_configuration_answers_those_who_asked_for_an_earlier_one()
    {
        Ready(Large);
        _topics.Await("Orders", ActorRefs.Nobody, "small", Small);
        _topics.Await("Orders", ActorRefs.Nobody, "large", Large);
        Assert.Equal(["small", "large"], Answers(Large));
    }

    [Fact]
    public void Without_an_answer_of_their_own_they_get_the_topics_handle()
    {
        Ready(Small);
        _topics.Await("Orders", ActorRefs.Nobody);
        Assert.Equal(Small, Assert.IsType<BrokerProtocol.TopicAvailable>(Assert.Single(Answers(Small))).Handle.Config);
    }

    [Fact]
    public void Topics_that_are_being_created_count_once()
    {
        _topics.Expect("Expected");
        _topics.Await("Orders", ActorRefs.Nobody, config: Small);
        _topics.Await("Orders", ActorRefs.Nobody);
        _topics.Await("Expected", ActorRefs.Nobody);
        Assert.Equal(2, _topics.Count);
        Ready(Small);
        Assert.Equal(2, _topics.Count);
        Assert.Equal(2, Answers(Small).Count());
        _topics.Await("Orders", ActorRefs.Nobody, config: Large);
        Assert.Equal(2, _topics.Count);
    }

    private void Ready(TopicConfig config) => _topics.Ready(new TopicHandle(config, []), ActorRefs.Nobody);

    private IEnumerable<object> Answers(TopicConfig published) => _topics.TakeAnswers(published).Select(waiting => waiting.Answer);
}
