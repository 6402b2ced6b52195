using System.Globalization;

namespace Rocket.Benchmarks.Faults;

/// <summary>One fault of a sequence, with everything that chance decides about it.</summary>
/// <param name="Number">Its place in the sequence, from 1.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Broker">The broker that it is about.</param>
/// <param name="Choice">Below 1: which of several nodes, or of several orders.</param>
/// <param name="Share">Below 1: how long something lasts, of what is possible.</param>
internal sealed record Fault(int Number, FaultKind Kind, string Broker, double Choice, double Share)
{
    /// <summary>One of several, by <see cref="Choice"/>.</summary>
    public T Choose<T>(params T[] among) => among[(int)(Choice * among.Length)];

    /// <summary>A time up to a greatest one, by <see cref="Share"/>.</summary>
    public TimeSpan UpTo(TimeSpan greatest) => greatest * Share;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number,3} {Kind.Name(),-20} {Broker}");
}
