using System.Globalization;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>Answer to 45.</summary>
public sealed class DelayOffsetsAnswer(RemotingCommand command) : Answer(command)
{
    /// <summary>By level: the next offset of its queue to be delivered.</summary>
    public IReadOnlyDictionary<int, long> Offsets =>
        ProtocolJson.Parse(Body).Root.GetProperty("offsetTable").EnumerateObject()
            .ToDictionary(level => int.Parse(level.Name, CultureInfo.InvariantCulture), level => level.Value.GetInt64());
}

/// <summary>Delay levels.</summary>
public static class DelayCalls
{
    public static async Task<DelayOffsetsAnswer> DelayOffsetsAsync(
        this RemotingConnection connection, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        new(await connection.InvokeAsync(new RemotingCommand { Code = RequestCode.GetAllDelayOffset }, timeout, cancellation).ConfigureAwait(false));
}
