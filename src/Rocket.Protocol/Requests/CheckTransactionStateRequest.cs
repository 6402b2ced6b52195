using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Server to producer: asks what became of a half message (39); the body is its record.</summary>
/// <param name="TranStateTableOffset">Queue offset of the half message.</param>
/// <param name="CommitLogOffset">Physical offset of the half message.</param>
/// <param name="MessageId">UNIQ_KEY of the half message.</param>
public sealed record CheckTransactionStateRequest(
    long TranStateTableOffset,
    long CommitLogOffset,
    string? MessageId = null,
    string? TransactionId = null,
    string? OffsetMessageId = null) : IRequestHeader<CheckTransactionStateRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out CheckTransactionStateRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new CheckTransactionStateRequest(
            fields.RequiredInt64("tranStateTableOffset"u8),
            fields.RequiredInt64("commitLogOffset"u8),
            fields.OptionalString("msgId"u8),
            fields.OptionalString("transactionId"u8),
            fields.OptionalString("offsetMsgId"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("tranStateTableOffset"u8, TranStateTableOffset);
        encoder.AddField("commitLogOffset"u8, CommitLogOffset);
        encoder.AddField("msgId"u8, MessageId);
        encoder.AddField("transactionId"u8, TransactionId);
        encoder.AddField("offsetMsgId"u8, OffsetMessageId);
    }
}
