using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Rocket.Host.Tests.Clients;

/// <summary>One line that a client script has printed; a fact that the event does not have is null.</summary>
public sealed record ClientEvent
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>What happened: <c>confirmed</c>, <c>failed</c>, <c>sent</c>, <c>message</c>, <c>queues</c>, <c>created</c>, <c>closed</c>, <c>error</c>.</summary>
    public required string Event { get; init; }

    /// <summary>Number of the message in its producer's order, from 0.</summary>
    public int? Sequence { get; init; }

    /// <summary>The broker's message id.</summary>
    public string? Id { get; init; }

    public string? Status { get; init; }

    public int? Queue { get; init; }

    public long? Offset { get; init; }

    public string? Tag { get; init; }

    public string? Keys { get; init; }

    /// <summary>How often the message had been consumed in vain.</summary>
    public int? ReconsumeTimes { get; init; }

    /// <summary>Milliseconds from its making by the producer to its storage in its queue.</summary>
    public long? Waited { get; init; }

    /// <summary>Bytes of the body.</summary>
    public int? Size { get; init; }

    /// <summary>Whether the body is what its producer has made.</summary>
    public bool? Intact { get; init; }

    /// <summary>Queues that the consumer has now.</summary>
    public IReadOnlyList<int>? Queues { get; init; }

    public string? Broker { get; init; }

    public int? Count { get; init; }

    public string? Message { get; init; }

    /// <summary>The broker's response code, or the operating system's word for a lost connection.</summary>
    public string? Code { get; init; }

    /// <summary>False for a line that is no event, as the last one of a killed script may be.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out ClientEvent? told)
    {
        try
        {
            told = JsonSerializer.Deserialize<ClientEvent>(line, Json);
        }
        catch (JsonException)
        {
            told = null;
        }

        return told is not null;
    }
}
