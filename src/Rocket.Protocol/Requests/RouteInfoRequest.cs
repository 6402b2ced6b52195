using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Asks for a topic's route (105).</summary>
/// <param name="AcceptStandardJsonOnly">Ignored: Rocket's routes are standard JSON always.</param>
public sealed record RouteInfoRequest(string Topic, bool AcceptStandardJsonOnly = false) : IRequestHeader<RouteInfoRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out RouteInfoRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new RouteInfoRequest(fields.RequiredString("topic"u8), fields.Boolean("acceptStandardJsonOnly"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("topic"u8, Topic);
        encoder.AddField("acceptStandardJsonOnly"u8, AcceptStandardJsonOnly);
    }
}
