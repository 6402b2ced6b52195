using Rocket.Protocol.Codes;
using Rocket.TestClient.Wire;
using Xunit;
using RequestCode = Rocket.Protocol.Codes.RequestCode;
using ResponseCode = Rocket.Protocol.Codes.ResponseCode;

namespace Rocket.Host.Tests.Fuzz;

/// <summary>A fuzz run is worth what it begins with: every request of the corpus is good, and most of what is made of them gets past the first checks.</summary>
[Collection(FuzzCollection.Name)]
public sealed class CorpusTests
{
    private static readonly int[] NotServed = [RequestCode.PopMessage, 9999, 0];

    /// <summary>Nobody is there to be asked, or has committed anything.</summary>
    private static readonly int[] Unanswerable =
    [
        RequestCode.SendReplyMessage, RequestCode.SendReplyMessageV2, RequestCode.InvokeBrokerToResetOffset, RequestCode.InvokeBrokerToGetConsumerStatus,
        RequestCode.GetConsumerRunningInfo, RequestCode.ConsumeMessageDirectly, RequestCode.GetProducerConnectionList,
    ];

    private static readonly string[] Missing = ["is null", "not found", "not exist", "No Any Consumer online", "not online"];

    /// <summary>A message that may not be retried again, a topic that a pull has nothing of or that nobody subscribes to.</summary>
    private static readonly int[] Fine = [ResponseCode.Success, ResponseCode.PullNotFound, ResponseCode.PullOffsetMoved, ResponseCode.QueryNotFound, ResponseCode.SubscriptionNotExist];

    [Fact]
    public async Task Each_request_that_mutations_begin_with_is_served()
    {
        await using var node = await InProcessNode.StartAsync(GatewayFuzzTests.Settings);
        await GatewayFuzzTests.CreateTopicsAsync(node);
        await using var client = new InMemoryClient(node);
        foreach (var frame in Corpus.All.Where(frame => (frame.Flag & (RemotingCommand.OnewayFlag | RemotingCommand.ResponseFlag)) == 0))
        {
            var answer = await client.InvokeAsync(frame.ToBytes());

            var expected = NotServed.Contains(frame.Code) ? answer.Code == ResponseCode.RequestCodeNotSupported
                : Unanswerable.Contains(frame.Code) ? Missing.Any(reason => answer.Remark?.Contains(reason, StringComparison.Ordinal) == true)
                : Fine.Contains(answer.Code);
            Assert.True(expected, $"{frame.Code} {frame.Type}: {answer}");
        }

        Assert.Empty(node.Log.Errors);
    }
}
