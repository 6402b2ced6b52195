namespace Rocket.Benchmarks.Load;

/// <summary>One queue that a run writes to or reads from.</summary>
/// <param name="Index">Its number in this run.</param>
/// <param name="BrokerName">Empty when the broker was given by its address.</param>
/// <param name="Address"><c>host:port</c> of the broker's master.</param>
internal sealed record TargetQueue(int Index, string BrokerName, string Address, int QueueId);
