using System.IO.Pipelines;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway;

/// <summary>NOTIFY_CONSUMER_IDS_CHANGED (40), oneway: the client shares its group's queues anew.</summary>
internal sealed class ConsumerIdsChangedNotice(GatewayConnection connection, string group, SerializeType type, int opaque) : IReply
{
    public int Prepare()
    {
        connection.NoticeLeaves(group);
        return 0;
    }

    public void WriteTo(CommandEncoder encoder, PipeWriter output)
    {
        encoder.Start(type, RequestCode.NotifyConsumerIdsChanged, opaque, CommandFlags.Oneway);
        new NotifyConsumerIdsChangedRequest(group).AddTo(encoder);
        encoder.WriteTo(output, 0);
    }

    public void Completed()
    {
    }
}
