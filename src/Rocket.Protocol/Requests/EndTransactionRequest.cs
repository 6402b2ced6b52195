using System.Diagnostics.CodeAnalysis;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>Settles a half message (37).</summary>
/// <param name="TranStateTableOffset">Queue offset of the half message.</param>
/// <param name="CommitLogOffset">Physical offset of the half message.</param>
/// <param name="CommitOrRollback">A transaction state of <see cref="Messages.SystemFlags"/>: commit, rollback, or none for unknown.</param>
/// <param name="FromTransactionCheck">Whether a check (39) caused it.</param>
/// <param name="MessageId">UNIQ_KEY of the half message.</param>
/// <param name="Topic">5.x.</param>
public sealed record EndTransactionRequest(
    string ProducerGroup,
    long TranStateTableOffset,
    long CommitLogOffset,
    int CommitOrRollback,
    bool FromTransactionCheck,
    string MessageId,
    string? TransactionId = null,
    string? Topic = null) : IRequestHeader<EndTransactionRequest>
{
    /// <inheritdoc />
    public static bool TryRead(CommandHeader header, [MaybeNullWhen(false)] out EndTransactionRequest request, out string error)
    {
        var fields = new FieldReader(header);
        request = new EndTransactionRequest(
            fields.RequiredString("producerGroup"u8),
            fields.RequiredInt64("tranStateTableOffset"u8),
            fields.RequiredInt64("commitLogOffset"u8),
            fields.RequiredInt32("commitOrRollback"u8),
            fields.Boolean("fromTransactionCheck"u8),
            fields.RequiredString("msgId"u8),
            fields.OptionalString("transactionId"u8),
            fields.OptionalString("topic"u8));
        return fields.Succeeded(out error);
    }

    /// <inheritdoc />
    public void AddTo(CommandEncoder encoder)
    {
        encoder.AddField("producerGroup"u8, ProducerGroup);
        encoder.AddField("tranStateTableOffset"u8, TranStateTableOffset);
        encoder.AddField("commitLogOffset"u8, CommitLogOffset);
        encoder.AddField("commitOrRollback"u8, CommitOrRollback);
        encoder.AddField("fromTransactionCheck"u8, FromTransactionCheck);
        encoder.AddField("msgId"u8, MessageId);
        encoder.AddField("transactionId"u8, TransactionId);
        encoder.AddField("topic"u8, Topic);
    }
}
