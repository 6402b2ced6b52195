namespace Rocket.Actors.Links;

/// <summary>When to dial a peer again. Pure; one for each peer.</summary>
public sealed class RedialState
{
    private const double Spread = 0.2;

    private readonly TimeSpan _first;
    private readonly TimeSpan _longest;
    private readonly Random _random;
    private TimeSpan _next;

    /// <param name="first">The first pause.</param>
    /// <param name="longest">The longest one.</param>
    /// <param name="random">Spreads the pauses by a fifth in either direction, so that nodes that lost each other at once don't dial in step.</param>
    public RedialState(TimeSpan first, TimeSpan longest, Random random)
    {
        (_first, _longest, _random) = (first, longest, random);
        _next = first;
    }

    /// <summary>A link was made: the next pause is the first one again.</summary>
    public void Linked() => _next = _first;

    /// <summary>The pause after a failure; each is twice the one before, up to the longest.</summary>
    public TimeSpan AfterFailure()
    {
        var pause = _next;
        _next = _next * 2 > _longest ? _longest : _next * 2;
        return SpreadOut(pause);
    }

    /// <summary>The pause after a refusal, which a person has to mend: the longest.</summary>
    public TimeSpan AfterRefusal()
    {
        _next = _longest;
        return SpreadOut(_longest);
    }

    private TimeSpan SpreadOut(TimeSpan pause) => pause * (1 - Spread + (2 * Spread * _random.NextDouble()));
}
