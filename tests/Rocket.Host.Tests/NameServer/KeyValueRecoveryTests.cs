using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.NameServer;

/// <summary>The name server's settings over crashes, and at their limits.</summary>
public sealed class KeyValueRecoveryTests
{
    [Fact]
    public async Task A_kill_loses_no_setting_that_was_answered_and_brings_none_back()
    {
        await using var rocket = await RocketProcess.StartAsync();
        for (var round = 0; round < 2; round++)
        {
            await using (var client = await rocket.ConnectToNameServerAsync())
            {
                await client.KvPutAsync("n", $"kept-{round}", "value").Succeeded();
                await client.KvPutAsync("n", "gone", "value").Succeeded();
                await client.KvDeleteAsync("n", "gone").Succeeded();
                await client.KvPutAsync("n", "changed", "before").Succeeded();
                await client.KvPutAsync("n", "changed", $"after-{round}").Succeeded();
            }

            await rocket.KillAsync();
            await rocket.StartAgainAsync();

            await using var reader = await rocket.ConnectToNameServerAsync();
            Assert.Equal(
                Enumerable.Range(0, round + 1).Select(i => KeyValuePair.Create($"kept-{i}", "value")).Prepend(new("changed", $"after-{round}")),
                (await reader.KvListAsync("n").Succeeded()).Table);
        }
    }

    [Fact]
    public async Task Number_and_size_of_settings_are_bounded_and_deleted_ones_make_room()
    {
        const int most = 16;
        await using var rocket = await RocketProcess.StartAsync($"rocket.limits.max-key-values={most}", "rocket.limits.max-key-value-size=1 KiB");
        await using var client = await rocket.ConnectToNameServerAsync();
        for (var i = 0; i < most; i++)
        {
            await client.KvPutAsync("n", $"key-{i}", "value").Succeeded();
        }

        var many = await client.KvPutAsync("n", "one-more", "value");
        var large = await client.KvPutAsync("n", "key-0", new string('x', 1024));

        Assert.Equal((ResponseCode.SystemError, $"the name server has {most} settings already (rocket.limits.max-key-values)"), (many.Code, many.Remark));
        Assert.Equal(ResponseCode.SystemError, large.Code);
        Assert.Contains("rocket.limits.max-key-value-size", large.Remark, StringComparison.Ordinal);
        await client.KvPutAsync("n", "key-0", "changed").Succeeded();

        for (var i = 0; i < most; i++)
        {
            await client.KvDeleteAsync("n", $"key-{i}").Succeeded();
            await client.KvPutAsync("n", $"new-{i}", "value").Succeeded();
        }

        Assert.Equal(most, (await client.KvListAsync("n").Succeeded()).Table.Count);
        await rocket.KillAsync();
        await rocket.StartAgainAsync();
        await using var reader = await rocket.ConnectToNameServerAsync();
        Assert.All((await reader.KvListAsync("n").Succeeded()).Table.Keys, key => Assert.StartsWith("new-", key, StringComparison.Ordinal));
    }
}
