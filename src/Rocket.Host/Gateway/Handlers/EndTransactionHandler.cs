using Akka.Actor;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Transactions;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// END_TRANSACTION (37): a producer commits a half message or rolls it back. It is told where it names no half message of its own; most send this oneway, and are asked again.
/// </summary>
internal sealed class EndTransactionHandler(ILogger logger) : QuestionHandler<EndTransactionRequest>(logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    protected override async Task AnswerAsync(EndTransactionRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        if (question.CommitOrRollback is not (SystemFlags.TransactionCommit or SystemFlags.TransactionRollback))
        {
            // The producer does not know yet; nobody is answered that, as in RocketMQ.
            answer.Completed();
            return;
        }

        var broker = connection.Listener.Broker!;
        if (!TryFind(broker, question, out var halfOffset, out var mistake))
        {
            answer.Answer(ResponseCode.SystemError, mistake);
            return;
        }

        var settle = new TransactionProtocol.Settle(halfOffset, question.CommitOrRollback == SystemFlags.TransactionCommit);
        try
        {
            var settled = await broker.Directory.Transactions.Ask<TransactionProtocol.Settled>(settle, Patience).ConfigureAwait(false);
            answer.Answer(settled.Failure is null ? ResponseCode.Success : ResponseCode.SystemError, settled.Failure);
        }
        catch (AskTimeoutException)
        {
            answer.Answer(ResponseCode.SystemError, $"the transaction is not settled within {Patience.TotalSeconds} s; its producer will be asked");
        }
    }

    private static bool TryFind(BrokerContext broker, EndTransactionRequest question, out long halfOffset, out string mistake)
    {
        halfOffset = -1;
        mistake = "Find prepared transaction message failed";
        if (!broker.Directory.TryLocate(question.CommitLogOffset, out var queue, out var position)
            || queue.Id.Topic != SystemTopics.TransactionHalf
            || !queue.Reader.TryReadAt(position, out var record)
            || !MessageView.TryRead(record, out var half))
        {
            return false;
        }

        halfOffset = half.QueueOffset;
        if (!MessageProperties.TryGet(half.Properties, PropertyNames.ProducerGroup, out var group)
            || !group.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(question.ProducerGroup)))
        {
            mistake = "The producer group wrong";
            return false;
        }

        mistake = "The transaction state table offset wrong";
        return halfOffset == question.TranStateTableOffset;
    }
}
