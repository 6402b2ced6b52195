using Xunit;

namespace Rocket.Host.Tests.Starting;

/// <summary>A mistake in the configuration: one line that names it, and nothing else happens.</summary>
public sealed class BadConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rocket-start-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("rocket.name-server.prot=9876", "rocket.name-server.prot")]
    [InlineData("rocket.nonsense=1", "rocket.nonsense")]
    [InlineData("rocket.brokers.broker-a.colour=red", "rocket.brokers.broker-a.colour")]
    [InlineData("rocket.broker-defaults.brokerRole=SYNC_MASTER", "rocket.broker-defaults.brokerRole")]
    [InlineData("rocket.name-server.port=none", "rocket.name-server.port")]
    [InlineData("rocket.name-server.port=0", "rocket.name-server.port")]
    [InlineData("rocket.name-server.port=65536", "rocket.name-server.port")]
    [InlineData("rocket.name-server.port=-1", "rocket.name-server.port")]
    [InlineData("rocket.broker-defaults.flush-disk-type=sometimes", "rocket.broker-defaults.flush-disk-type")]
    [InlineData("rocket.broker-defaults.segment-size=12 parsecs", "rocket.broker-defaults.segment-size")]
    [InlineData("rocket.broker-defaults.flush-interval=fast", "rocket.broker-defaults.flush-interval")]
    [InlineData("rocket.broker-defaults.auto-create-topic-enable=perhaps", "rocket.broker-defaults.auto-create-topic-enable")]
    [InlineData("rocket.limits.max-connections=1", "rocket.limits.max-connections")]
    [InlineData("rocket.advertised-host=somewhere", "rocket.advertised-host")]
    [InlineData("rocket.bind-host=999.1.1.1", "rocket.bind-host")]
    [InlineData("rocket.node-name=\"two words\"", "rocket.node-name")]
    [InlineData("akka.remote.dot-netty.tcp.port=many", "akka.remote.dot-netty.tcp.port")]
    public async Task A_setting_that_is_wrong_is_named(string setting, string key)
    {
        var line = await RefusedStart.OfAsync(["--set", setting, "--set", $"rocket.data-dir=\"{_folder.FullName}/data\""], _folder.FullName);

        Assert.Contains(key, line, StringComparison.Ordinal);
        Assert.Contains("--set", line, StringComparison.Ordinal);
        Assert.Empty(RefusedStart.Contents(_folder.FullName));
    }

    [Fact]
    public async Task A_mistake_in_a_file_is_named_with_the_file_and_its_line()
    {
        var file = Path.Combine(_folder.FullName, "mine.hocon");
        await File.WriteAllTextAsync(file, "rocket {\n  cluster-name = Mine\n  name-server.prot = 9876\n}\n");
        var before = RefusedStart.Contents(_folder.FullName);

        var line = await RefusedStart.OfAsync(["--config", "mine.hocon"], _folder.FullName);

        Assert.Contains("mine.hocon", line, StringComparison.Ordinal);
        Assert.Contains("3", line, StringComparison.Ordinal);
        Assert.Contains("rocket.name-server.prot", line, StringComparison.Ordinal);
        Assert.Equal(before, RefusedStart.Contents(_folder.FullName));
    }

    [Theory]
    [InlineData("rocket { cluster-name = ")]
    [InlineData("rocket = [")]
    [InlineData("}")]
    public async Task A_file_that_is_no_hocon_is_refused(string text)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "broken.hocon"), text);

        Assert.Contains("broken.hocon", await RefusedStart.OfAsync(["--config", "broken.hocon"], _folder.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        Assert.Contains("missing.hocon", await RefusedStart.OfAsync(["--config", "missing.hocon"], _folder.FullName), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--cofnig")]
    [InlineData("start")]
    [InlineData("--set")]
    [InlineData("--config")]
    public async Task A_command_line_that_makes_no_sense_ends_with_code_2(string argument)
    {
        var line = await RefusedStart.OfAsync([argument], _folder.FullName, exitCode: 2);

        Assert.Contains(argument, line, StringComparison.Ordinal);
        Assert.Contains("--help", line, StringComparison.Ordinal);
    }
}
