using System.Text;
using Rocket.Protocol.Topics;
using Xunit;

namespace Rocket.Protocol.Tests.Topics;

public sealed class TopicNameTests
{
    private const string Illegal = "The specified topic contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$";

    [Theory]
    [InlineData("T", "")]
    [InlineData("%RETRY%group_1|x-Z", "")]
    [InlineData("", "The specified topic is blank.")]
    [InlineData(" \t", "The specified topic is blank.")]
    [InlineData(null, "The specified topic is blank.")]
    [InlineData("a b", Illegal)]
    [InlineData("a.b", Illegal)]
    [InlineData("订单", Illegal)]
    [InlineData("a\u0000", Illegal)]
    public void A_name_is_judged_with_the_words_of_RocketMQ(string? topic, string remark)
    {
        Assert.Equal(remark.Length == 0, TopicName.Validate(topic, out var said));
        Assert.Equal(remark, said);
        Assert.Equal(remark.Length == 0, TopicName.Validate(Encoding.UTF8.GetBytes(topic ?? string.Empty), out said));
        Assert.Equal(remark, said);
    }

    [Fact]
    public void A_name_has_at_most_127_characters()
    {
        Assert.True(TopicName.Validate(new string('t', 127), out _));
        Assert.False(TopicName.Validate(new string('t', 128), out var remark));
        Assert.Equal("The specified topic is longer than topic max length.", remark);
        Assert.False(TopicName.Validate(new string('.', 128), out remark));
        Assert.Equal(Illegal, remark);
    }

    [Fact]
    public void A_group_has_at_most_255_characters()
    {
        Assert.True(GroupName.Validate(new string('g', 255), out _));
        Assert.False(GroupName.Validate(new string('g', 256), out var remark));
        Assert.Equal("The specified group is longer than group max length.", remark);
        Assert.False(GroupName.Validate(" "u8, out remark));
        Assert.Equal("The specified group is blank.", remark);
    }

    [Fact]
    public void Retry_and_dead_letter_topics_carry_the_name_of_their_group()
    {
        Assert.Equal("%RETRY%g", TopicName.RetryOf("g"));
        Assert.Equal("%DLQ%g", TopicName.DeadLetterOf("g"));
        Assert.True(TopicName.IsRetry("%RETRY%g"));
        Assert.True(TopicName.IsRetry("%RETRY%g"u8));
        Assert.False(TopicName.IsRetry("%DLQ%g"));
        Assert.True(TopicName.IsDeadLetter("%DLQ%g"));
    }

    [Theory]
    [InlineData("SCHEDULE_TOPIC_XXXX", true)]
    [InlineData("RMQ_SYS_TRANS_HALF_TOPIC", true)]
    [InlineData("RMQ_SYS_TRANS_OP_HALF_TOPIC", true)]
    [InlineData("TRANS_CHECK_MAX_TIME_TOPIC", true)]
    [InlineData("SELF_TEST_TOPIC", true)]
    [InlineData("OFFSET_MOVED_EVENT", true)]
    [InlineData("RMQ_SYS_TRACE_TOPIC", false)]
    [InlineData("TBW102", false)]
    [InlineData("DefaultCluster_REPLY_TOPIC", false)]
    [InlineData("T", false)]
    public void Clients_may_not_write_what_the_broker_writes(string topic, bool forbidden)
    {
        Assert.Equal(forbidden, SystemTopics.IsForbiddenToClients(topic));
        Assert.Equal(forbidden, SystemTopics.IsForbiddenToClients(Encoding.UTF8.GetBytes(topic)));
    }

    [Theory]
    [InlineData("TBW102", true)]
    [InlineData("RMQ_SYS_TRACE_TOPIC", true)]
    [InlineData("rmq_sys_wheel_timer", true)]
    [InlineData("C", true)]
    [InlineData("broker-a", true)]
    [InlineData("C_REPLY_TOPIC", true)]
    [InlineData("D_REPLY_TOPIC", false)]
    [InlineData("T", false)]
    public void RocketMQs_own_topics_are_known(string topic, bool isSystem) => Assert.Equal(isSystem, SystemTopics.IsSystem(topic, "C", "broker-a"));

    [Theory]
    [InlineData("TOOLS_CONSUMER", true)]
    [InlineData("CID_RMQ_SYS_TRANS", true)]
    [InlineData("CID_ONSAPI_OWNER", true)]
    [InlineData("g", false)]
    public void RocketMQs_own_groups_are_known(string group, bool isSystem) => Assert.Equal(isSystem, GroupName.IsSystem(group));

    [Fact]
    public void Refusals_name_the_topic()
    {
        Assert.Equal("Sending message to topic[X] is forbidden.", SystemTopics.ForbiddenRemark("X"));
        Assert.Equal("The topic[X] is conflict with system topic.", SystemTopics.ConflictRemark("X"));
    }
}
