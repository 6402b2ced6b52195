using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>Answer to 201.</summary>
public sealed class GroupTableAnswer(RemotingCommand command) : Answer(command)
{
    public IReadOnlyDictionary<string, SubscriptionGroup> Groups =>
        ProtocolJson.Parse(Body).Root.Entries("subscriptionGroupTable").ToDictionary(entry => entry.Name, entry => SubscriptionGroup.Parse(entry.Value));

    /// <summary>Rises with each change.</summary>
    public long VersionCounter => ProtocolJson.Parse(Body).Root.GetProperty("dataVersion").GetProperty("counter").GetInt64();
}

/// <summary>Answer to 352.</summary>
public sealed class GroupConfigAnswer(RemotingCommand command) : Answer(command)
{
    public SubscriptionGroup Group => SubscriptionGroup.Parse(ProtocolJson.Parse(Body).Root);
}

/// <summary>What tools do with consumer groups.</summary>
public static class GroupAdminCalls
{
    public static Task<Answer> ChangeGroupAsync(this RemotingConnection connection, SubscriptionGroup group) =>
        connection.ChangeGroupAsync(group.ToJson());

    /// <summary>200 with a body as it is.</summary>
    public static async Task<Answer> ChangeGroupAsync(this RemotingConnection connection, ReadOnlyMemory<byte> body) =>
        new(await connection.InvokeAsync(new RemotingCommand { Code = RequestCode.UpdateAndCreateSubscriptionGroup, Body = body }).ConfigureAwait(false));

    public static async Task<Answer> ChangeGroupsAsync(this RemotingConnection connection, params SubscriptionGroup[] groups) =>
        new(await connection.InvokeAsync(
            new RemotingCommand { Code = RequestCode.UpdateAndCreateSubscriptionGroupList, Body = SubscriptionGroup.ToJson(groups) }).ConfigureAwait(false));

    public static async Task<GroupTableAnswer> GroupsAsync(this RemotingConnection connection) =>
        new(await connection.InvokeAsync(new RemotingCommand { Code = RequestCode.GetAllSubscriptionGroupConfig }).ConfigureAwait(false));

    public static async Task<GroupConfigAnswer> GroupConfigAsync(this RemotingConnection connection, string group) =>
        new(await connection.InvokeAsync(
            new RemotingCommand { Code = RequestCode.GetSubscriptionGroupConfig, Fields = new HeaderFields { { "group", group } } }).ConfigureAwait(false));

    /// <param name="removeOffset">As 4.x tools say it; null leaves it out.</param>
    /// <param name="cleanOffset">As 5.x tools say it; null leaves it out.</param>
    public static async Task<Answer> DeleteGroupAsync(this RemotingConnection connection, string group, bool? removeOffset = null, bool? cleanOffset = null) =>
        new(await connection.InvokeAsync(
            new RemotingCommand
            {
                Code = RequestCode.DeleteSubscriptionGroup,
                Fields = new HeaderFields { { "groupName", group }, { "removeOffset", removeOffset }, { "cleanOffset", cleanOffset } },
            }).ConfigureAwait(false));
}
