namespace Rocket.Actors.Placement;

/// <summary>What a <see cref="LocalVoter"/> makes of an event; called in the order in which it has to happen.</summary>
internal interface IVoterOutput
{
    /// <summary>Tell a voter, this one included.</summary>
    void Send(int voter, IVoterMessage message);

    /// <summary>A round that runs on a register goes on so.</summary>
    void Follow(LocalRegister register, RoundStep step);

    /// <summary>A register cannot be read: this voter has no say in it.</summary>
    void Damaged(string broker, string damage);

    /// <summary>A line for the log.</summary>
    void Report(string line);

    /// <summary>This voter may vote from now on.</summary>
    /// <param name="how">A line for the log; null: it goes without saying.</param>
    void Entitled(string? how);
}
