namespace Rocket.Simulation.Replication;

/// <summary>
/// Connections between nodes: each node dials each other one. What is sent over a connection arrives in order, or not at all once it has ended; either direction may stand still for any time,
/// which is how a cut looks before anybody notices it.
/// </summary>
internal sealed class SimulatedNetwork(int nodes, Random random)
{
    private readonly Connection?[,] _connections = new Connection?[nodes, nodes];
    private readonly bool[,] _isCut = new bool[nodes, nodes];

    /// <summary>Whether <paramref name="from"/> has a connection to <paramref name="to"/>.</summary>
    public bool IsConnected(int from, int to) => _connections[from, to] is not null;

    public void Connect(int from, int to) => _connections[from, to] = new Connection();

    /// <summary>Ends a connection; what was under way is lost.</summary>
    public void Disconnect(int from, int to) => _connections[from, to] = null;

    public void Cut(int from, int to) => _isCut[from, to] = true;

    public void HealAll() => Array.Clear(_isCut);

    /// <summary>Sends over the connection that <paramref name="from"/> dialed.</summary>
    public void Send(int from, int to, Message message) => _connections[from, to]?.Forth.Enqueue(message);

    /// <summary>Answers over the connection that <paramref name="dialer"/> dialed.</summary>
    public void Answer(int dialer, int to, Message message) => _connections[dialer, to]?.Back.Enqueue(message);

    /// <summary>Takes the next message of a connection chosen by chance among those that have one which may pass.</summary>
    public bool TryTake(out int dialer, out int peer, out bool isForth, out Message message)
    {
        var start = random.Next(2 * nodes * nodes);
        for (var i = 0; i < 2 * nodes * nodes; i++)
        {
            var at = (start + i) % (2 * nodes * nodes);
            (isForth, dialer, peer) = (at % 2 == 0, at / 2 / nodes, at / 2 % nodes);
            if (_connections[dialer, peer] is { } connection
                && !(isForth ? _isCut[dialer, peer] : _isCut[peer, dialer])
                && (isForth ? connection.Forth : connection.Back).TryDequeue(out message!))
            {
                return true;
            }
        }

        (dialer, peer, isForth, message) = (0, 0, false, null!);
        return false;
    }

    /// <summary>A pair that has no connection and could have one.</summary>
    public bool TryFindUnconnected(Func<int, bool> isUp, out int from, out int to)
    {
        var start = random.Next(nodes * nodes);
        for (var i = 0; i < nodes * nodes; i++)
        {
            var at = (start + i) % (nodes * nodes);
            (from, to) = (at / nodes, at % nodes);
            if (from != to && isUp(from) && isUp(to) && _connections[from, to] is null && !_isCut[from, to] && !_isCut[to, from])
            {
                return true;
            }
        }

        (from, to) = (0, 0);
        return false;
    }

    private sealed class Connection
    {
        public Queue<Message> Forth { get; } = new();

        public Queue<Message> Back { get; } = new();
    }
}
