namespace Rocket.TestClient.Connections;

/// <summary>The connection ended, or had ended, before the answer came.</summary>
public sealed class RemotingConnectionClosedException(string message, ConnectionEnd end) : Exception(message, end.Error)
{
    public ConnectionEnd End { get; } = end;
}

/// <summary>No answer came in time; the connection stays open and a late answer is kept in <see cref="RemotingConnection.StrayAnswers"/>.</summary>
public sealed class RemotingTimeoutException(string message) : TimeoutException(message);

/// <summary>No connection could be made.</summary>
public sealed class RemotingConnectException(string message, Exception? inner) : Exception(message, inner);
