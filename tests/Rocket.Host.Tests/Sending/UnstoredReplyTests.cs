using Rocket.Host.Tests.Calls;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>Answers to request messages where <c>store-reply-message-enable</c> is off.</summary>
[Collection(SwitchedOffCollection.Name)]
public sealed class UnstoredReplyTests(SwitchedOffRocket rocket)
{
    [Fact]
    public async Task An_answer_is_pushed_and_nothing_is_stored()
    {
        await using var requester = await AskedClient.ConnectAsync(rocket.Rocket, _ => AskedClient.Success());
        await requester.JoinAsync();
        await using var replier = await rocket.ConnectAsync();

        var answer = await replier.SendAsync(RequestReplyTests.Reply(requester.Id, "x"), SendForm.ReplyV2).Succeeded();

        Assert.Equal(("0", 0, 0L), (answer.MessageId, answer.QueueId, answer.QueueOffset));
        Assert.Single(requester.Asked);
        Assert.Equal(0, (await replier.MaxOffsetAsync(RequestReplyTests.ReplyTopic, 0).Succeeded()).Offset);
    }

    [Fact]
    public async Task One_that_cannot_be_pushed_is_lost()
    {
        await using var replier = await rocket.ConnectAsync();

        var answer = await replier.SendAsync(RequestReplyTests.Reply("nobody@1", "x"), SendForm.ReplyV2);

        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Empty(answer.Fields);
        Assert.Equal(0, (await replier.MaxOffsetAsync(RequestReplyTests.ReplyTopic, 0).Succeeded()).Offset);
    }
}
