namespace Rocket.Actors.Transactions;

/// <summary>When producers are asked about half messages that stay open.</summary>
/// <param name="Timeout">So old a half message is when its producer is asked first, unless it says otherwise itself (transactionTimeOut).</param>
/// <param name="CheckMax">So often it is asked; then the message goes to TRANS_CHECK_MAX_TIME_TOPIC (transactionCheckMax).</param>
/// <param name="CheckInterval">Between two times (transactionCheckInterval).</param>
public sealed record TransactionSettings(TimeSpan Timeout, int CheckMax, TimeSpan CheckInterval)
{
    /// <summary>RocketMQ's own.</summary>
    public static TransactionSettings Default { get; } = new(TimeSpan.FromSeconds(6), 15, TimeSpan.FromSeconds(60));
}
