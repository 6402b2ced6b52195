using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>
/// Sends a message (10, 310), a batch (320) or a reply (324, 325); the message itself is the body. Its spans are the header's bytes.
/// </summary>
public readonly ref struct SendMessageRequest : IRequestHeader<SendMessageRequest>
{
    public ReadOnlySpan<byte> ProducerGroup { get; init; }

    public ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>Template topic for automatic creation, as a rule TBW102.</summary>
    public ReadOnlySpan<byte> DefaultTopic { get; init; }

    /// <summary>Most queues the client wants of an automatically created topic.</summary>
    public int DefaultTopicQueueNums { get; init; }

    /// <summary>Negative: the broker chooses.</summary>
    public int QueueId { get; init; }

    /// <summary>Bits of <see cref="Messages.SystemFlags"/>.</summary>
    public int SysFlag { get; init; }

    /// <summary>Milliseconds since 1970 at the client.</summary>
    public long BornTimestamp { get; init; }

    /// <summary>The application's own flag, passed through.</summary>
    public int Flag { get; init; }

    /// <summary>Property string, see <see cref="Messages.MessageProperties"/>; of a batch: what all its messages share.</summary>
    public ReadOnlySpan<byte> Properties { get; init; }

    public int ReconsumeTimes { get; init; }

    public bool UnitMode { get; init; }

    /// <summary>A consumer's own limit of retries, when it sends to its retry topic.</summary>
    public int? MaxReconsumeTimes { get; init; }

    /// <summary>Whether the body is a batch; always true for request 320.</summary>
    public bool Batch { get; init; }

    /// <summary>Whether <see cref="AddTo"/> writes the letters of 310, 320 and 325 rather than the names of 10 and 324.</summary>
    public bool Letters { get; init; }

    /// <summary>Reads the fields by letters if the request's code has them, else by names.</summary>
    public static bool TryRead(CommandHeader header, out SendMessageRequest request, out string error)
    {
        var letters = header.Code is RequestCode.SendMessageV2 or RequestCode.SendBatchMessage or RequestCode.SendReplyMessageV2;
        Span<int> places = stackalloc int[SendMessageFieldNames.Count];
        if (letters)
        {
            FindLetters(header, places);
        }
        else
        {
            FindNames(header, places);
        }

        var fields = new FieldReader(header);
        request = new SendMessageRequest
        {
            Letters = letters,
            ProducerGroup = fields.RequiredText("producerGroup"u8, places[SendMessageFieldNames.ProducerGroup]),
            Topic = fields.RequiredText("topic"u8, places[SendMessageFieldNames.Topic]),
            DefaultTopic = fields.RequiredText("defaultTopic"u8, places[SendMessageFieldNames.DefaultTopic]),
            DefaultTopicQueueNums = fields.RequiredInt32("defaultTopicQueueNums"u8, places[SendMessageFieldNames.DefaultTopicQueueNums]),
            QueueId = fields.RequiredInt32("queueId"u8, places[SendMessageFieldNames.QueueId]),
            SysFlag = fields.RequiredInt32("sysFlag"u8, places[SendMessageFieldNames.SysFlag]),
            BornTimestamp = fields.RequiredInt64("bornTimestamp"u8, places[SendMessageFieldNames.BornTimestamp]),
            Flag = fields.RequiredInt32("flag"u8, places[SendMessageFieldNames.Flag]),
            Properties = fields.Text(places[SendMessageFieldNames.Properties]),
            ReconsumeTimes = fields.OptionalInt32("reconsumeTimes"u8, places[SendMessageFieldNames.ReconsumeTimes]) ?? 0,
            UnitMode = fields.OptionalBoolean("unitMode"u8, places[SendMessageFieldNames.UnitMode]) ?? false,
            MaxReconsumeTimes = fields.OptionalInt32("maxReconsumeTimes"u8, places[SendMessageFieldNames.MaxReconsumeTimes]),
            Batch = (fields.OptionalBoolean("batch"u8, places[SendMessageFieldNames.Batch]) ?? false)
                || header.Code == RequestCode.SendBatchMessage,
        };
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField(NameOf(SendMessageFieldNames.ProducerGroup), ProducerGroup);
        encoder.AddField(NameOf(SendMessageFieldNames.Topic), Topic);
        encoder.AddField(NameOf(SendMessageFieldNames.DefaultTopic), DefaultTopic);
        encoder.AddField(NameOf(SendMessageFieldNames.DefaultTopicQueueNums), DefaultTopicQueueNums);
        encoder.AddField(NameOf(SendMessageFieldNames.QueueId), QueueId);
        encoder.AddField(NameOf(SendMessageFieldNames.SysFlag), SysFlag);
        encoder.AddField(NameOf(SendMessageFieldNames.BornTimestamp), BornTimestamp);
        encoder.AddField(NameOf(SendMessageFieldNames.Flag), Flag);
        encoder.AddField(NameOf(SendMessageFieldNames.Properties), Properties);
        encoder.AddField(NameOf(SendMessageFieldNames.ReconsumeTimes), ReconsumeTimes);
        encoder.AddField(NameOf(SendMessageFieldNames.UnitMode), UnitMode);
        if (MaxReconsumeTimes is { } limit)
        {
            encoder.AddField(NameOf(SendMessageFieldNames.MaxReconsumeTimes), limit);
        }

        encoder.AddField(NameOf(SendMessageFieldNames.Batch), Batch);
    }

    private static void FindLetters(CommandHeader header, Span<int> places)
    {
        places.Fill(-1);
        for (var index = 0; index < header.FieldCount; index++)
        {
            var field = SendMessageFieldNames.OfLetter(header.FieldName(index));
            if (field >= 0)
            {
                places[field] = index;
            }
        }
    }

    private static void FindNames(CommandHeader header, Span<int> places)
    {
        for (var field = 0; field < places.Length; field++)
        {
            places[field] = header.IndexOf(SendMessageFieldNames.Name(field));
        }
    }

    private ReadOnlySpan<byte> NameOf(int field) => Letters ? SendMessageFieldNames.Letter(field) : SendMessageFieldNames.Name(field);
}
