using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway;

/// <summary>What of a request its answer needs: the encoding, the number that pairs them, and whether there is an answer at all.</summary>
internal readonly record struct ReplyAddress(SerializeType SerializeType, int Opaque, bool IsOneway)
{
    public static ReplyAddress Of(CommandHeader request) => new(request.SerializeType, request.Opaque, request.IsOneway);
}
