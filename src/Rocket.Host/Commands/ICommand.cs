namespace Rocket.Host.Commands;

/// <summary>Something that an operator may ask of a node. One object serves the command line's help and the node's answers.</summary>
internal interface ICommand
{
    CommandDescription Description { get; }
}

/// <summary>A command that is answered once, with a table.</summary>
internal interface ITableCommand : ICommand
{
    /// <exception cref="CommandException">It cannot be done; the message says why.</exception>
    Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation);
}

/// <summary>A command that goes on telling until the asker leaves or the node stops.</summary>
internal interface ITailCommand : ICommand
{
    IAsyncEnumerable<TailLine> RunAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation);
}
