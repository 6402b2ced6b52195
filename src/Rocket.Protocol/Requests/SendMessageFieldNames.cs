namespace Rocket.Protocol.Requests;

/// <summary>
/// The fields of a send, numbered in the order of the letters a to n that requests 310, 320 and 325 use instead of names. Nothing else
/// knows the letters.
/// </summary>
internal static class SendMessageFieldNames
{
    public const int ProducerGroup = 0;
    public const int Topic = 1;
    public const int DefaultTopic = 2;
    public const int DefaultTopicQueueNums = 3;
    public const int QueueId = 4;
    public const int SysFlag = 5;
    public const int BornTimestamp = 6;
    public const int Flag = 7;
    public const int Properties = 8;
    public const int ReconsumeTimes = 9;
    public const int UnitMode = 10;
    public const int MaxReconsumeTimes = 11;
    public const int Batch = 12;
    public const int BrokerName = 13;
    public const int Count = BrokerName + 1;

    /// <summary>The name of a field in requests 10 and 324.</summary>
    public static ReadOnlySpan<byte> Name(int field) => field switch
    {
        ProducerGroup => "producerGroup"u8,
        Topic => "topic"u8,
        DefaultTopic => "defaultTopic"u8,
        DefaultTopicQueueNums => "defaultTopicQueueNums"u8,
        QueueId => "queueId"u8,
        SysFlag => "sysFlag"u8,
        BornTimestamp => "bornTimestamp"u8,
        Flag => "flag"u8,
        Properties => "properties"u8,
        ReconsumeTimes => "reconsumeTimes"u8,
        UnitMode => "unitMode"u8,
        MaxReconsumeTimes => "maxReconsumeTimes"u8,
        Batch => "batch"u8,
        BrokerName => "bname"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "not a field of a send"),
    };

    /// <summary>The letter of a field in requests 310, 320 and 325.</summary>
    public static ReadOnlySpan<byte> Letter(int field) => "abcdefghijklmn"u8.Slice(field, 1);

    /// <summary>The field of a letter; negative when the text is none.</summary>
    public static int OfLetter(ReadOnlySpan<byte> name) => name is [>= (byte)'a' and <= (byte)'n'] ? name[0] - 'a' : -1;
}
