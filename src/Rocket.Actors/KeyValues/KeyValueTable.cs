namespace Rocket.Actors.KeyValues;

/// <summary>
/// Where the node keeps the name server's settings: written by the <see cref="KeyValuesActor"/> alone, read by anyone without asking. It outlives a restart of
/// its writer.
/// </summary>
public sealed class KeyValueTable
{
    private volatile KeyValueState _state = KeyValueState.Empty;

    /// <summary>The newest snapshot.</summary>
    public KeyValueView Current => _state.View;

    /// <summary>What the snapshot was made from.</summary>
    internal KeyValueState State
    {
        get => _state;
        set => _state = value;
    }
}
