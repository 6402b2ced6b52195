using Rocket.Host.Gateway;

namespace Rocket.Host.Commands.RocketPalette;

/// <summary>The connections of clients to this node.</summary>
internal sealed class ClientsCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "rocket", "clients", "the connections to the node that answers, and which client and groups they belong to")
    {
        Details = """
            port      the listener: the name server, or a broker
            client    known after the client's first heartbeat, which name servers get none of
            version   number of a RocketMQ release as clients tell it: 409 is 4.9.8
            groups    consumer and producer groups of the client
            idle      seconds since something was received or sent
            """,
    };

    public Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var clients = new ClientNames(context.Node.Clients);
        var result = new CommandResult("Connections of clients", "remote", "port", "client", "language", "version", "consumer-groups", "producer-groups", "idle");
        var rows = from connection in context.Connections.All
                   where !connection.IsForwarded // shown by the node that it is connected to
                   let client = clients.Of(connection)
                   orderby client is null, client, connection.Id
                   select (connection, client);
        foreach (var (connection, client) in rows)
        {
            Add(result, connection, client, clients, context);
        }

        return Task.FromResult(result);
    }

    private static void Add(CommandResult result, GatewayConnection connection, string? client, ClientNames clients, CommandContext context)
    {
        var idle = (long)context.Node.Time.GetElapsedTime(connection.LastActive).TotalSeconds;
        if (client is null)
        {
            result.Add(connection.RemoteAddress, connection.Listener.Name, null, null, null, null, null, idle);
            return;
        }

        result.Add(
            connection.RemoteAddress,
            connection.Listener.Name,
            client,
            connection.Language.ToString(),
            connection.Version,
            string.Join(", ", clients.ConsumerGroupsOf(client)),
            string.Join(", ", clients.ProducerGroupsOf(client)),
            idle);
    }
}
