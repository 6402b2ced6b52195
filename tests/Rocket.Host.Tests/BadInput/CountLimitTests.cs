using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>A broker has so many topics and groups, and no more.</summary>
public sealed class CountLimitTests
{
    private const int Topics = 40;
    private const int Groups = 30;

    [Fact]
    public async Task Groups_and_topics_above_the_limits_are_refused_and_those_that_are_there_go_on()
    {
        await using var rocket = await RocketProcess.StartAsync(
            $"rocket.limits.max-topics={Topics}", $"rocket.limits.max-consumer-groups={Groups}");
        await using var client = await rocket.ConnectAsync();
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await client.UpdateOffsetAsync(group, topic, 0, 1).Succeeded();

        var refusedTopic = await UntilRefusedAsync(
            Topics, i => client.InvokeAsync(SendRequest.For($"Limit-{i}", "x").ToCommand()));
        Assert.Contains("max-topics", refusedTopic.Remark, StringComparison.Ordinal);
        Assert.Contains(refusedTopic.Code, new[] { ResponseCode.SystemError, ResponseCode.TopicNotExist });
        var created = await client.CreateTopicAsync(new CreateTopicRequest("Limit-by-hand"));
        Assert.Equal(ResponseCode.SystemError, created.Code);
        Assert.Contains("max-topics", created.Remark, StringComparison.Ordinal);

        var refusedGroup = await UntilRefusedAsync(
            Groups,
            i => client.InvokeAsync(new PullRequest { ConsumerGroup = $"limit-{i}", Topic = topic }.ToCommand()),
            ResponseCode.PullNotFound);
        Assert.False(string.IsNullOrEmpty(refusedGroup.Remark));

        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();
        Assert.Equal(1, (await client.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
    }

    [Fact]
    public async Task Those_that_are_asked_for_all_at_once_do_not_pass_the_limits()
    {
        // Each group brings a retry topic.
        const int topicLimit = Topics + Groups;
        await using var rocket = await RocketProcess.StartAsync(
            $"rocket.limits.max-topics={topicLimit}", $"rocket.limits.max-consumer-groups={Groups}");
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        var groups = await Task.WhenAll(Enumerable.Range(0, 4 * Groups)
            .Select(i => client.LockAsync(new LockBatch($"limit-{i}", "c", [new MessageQueue(topic, "broker-a", 0)]))));
        var topics = await Task.WhenAll(Enumerable.Range(0, 4 * Topics)
            .Select(i => client.CreateTopicAsync(new CreateTopicRequest($"Limit-{i}") { ReadQueueNums = 1, WriteQueueNums = 1 })));

        Assert.InRange(groups.Count(answer => answer.IsSuccess), 1, Groups);
        Assert.InRange(topics.Count(answer => answer.IsSuccess), 1, Topics);
        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();
    }

    private static async Task<RemotingCommand> UntilRefusedAsync(
        int limit, Func<int, Task<RemotingCommand>> ask, int accepted = ResponseCode.Success)
    {
        for (var i = 0; i <= limit; i++)
        {
            var answer = await ask(i);
            if (answer.Code != accepted)
            {
                return answer;
            }
        }

        throw new InvalidOperationException($"{limit} are the limit, and one more was taken");
    }
}
