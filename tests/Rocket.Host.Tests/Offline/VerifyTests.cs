using System.Text.Json;
using Rocket.Host.Tests.CommandLine;
using Rocket.Host.Tests.Recovery;
using Rocket.Host.Tests.Running;
using Rocket.Host.Tests.Starting;
using Rocket.TestClient.Calls;
using Xunit;

namespace Rocket.Host.Tests.Offline;

/// <summary><c>verify DATA-DIR</c> on folders that nobody damaged, and on what is no such folder.</summary>
[Collection(TwoBrokersCollection.Name)]
public sealed class VerifyTests(TwoBrokersFolder filled) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rocket-verify-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_folder_that_was_stopped_has_nothing_wrong_and_is_not_touched()
    {
        var before = RefusedStart.Contents(filled.DataDir);
        var written = Directory.GetFiles(filled.DataDir, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.GetLastWriteTimeUtc);

        var verified = await HostProcess.RunAsync(_folder.FullName, "verify", filled.DataDir);

        Assert.Equal((0, ""), (verified.ExitCode, verified.Errors));
        Assert.Matches(@"^6 logs, \d+ records, \d+ bytes: nothing is wrong\n$", verified.Output);
        Assert.Equal(before, RefusedStart.Contents(filled.DataDir));
        Assert.All(written, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
    }

    [Fact]
    public async Task The_same_as_one_JSON_document()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "brokers"), "");
        var (rocket, _) = filled.PrepareCopy();
        await using var prepared = rocket;
        await File.WriteAllTextAsync(Path.Combine(rocket.DataDir, "notes.txt"), "mine");
        await File.WriteAllBytesAsync(Path.Combine(rocket.DataDir, "placement/broker-b"), []);

        var verified = await HostProcess.RunAsync(_folder.FullName, "verify", "--json", rocket.DataDir);

        Assert.Equal((1, ""), (verified.ExitCode, verified.Errors));
        using var json = JsonDocument.Parse(verified.Output);
        Assert.Equal(rocket.DataDir, json.RootElement.GetProperty("folder").GetString());
        Assert.Equal((1, 1, 0), (Number("damage"), Number("warnings"), Number("notes")));
        Assert.Equal(6, Number("logs"));
        var findings = json.RootElement.GetProperty("findings").EnumerateArray().ToArray();
        Assert.Equal(["warning", "damage"], findings.Select(finding => finding.GetProperty("severity").GetString()));
        Assert.Equal(Path.Combine(rocket.DataDir, "placement/broker-b"), findings[1].GetProperty("file").GetString());
        Assert.StartsWith("it is 0 bytes long", findings[1].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("restore the file", findings[1].GetProperty("remedy").GetString(), StringComparison.Ordinal);

        int Number(string name) => json.RootElement.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_folder_of_a_node_that_was_killed_has_no_damage()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync(queues: 4);
        var load = new Load(rocket, topic, queues: 4, new SendReceipts());
        var running = load.RunAsync();
        await load.WaitForReceiptsAsync(2000);
        await rocket.KillAsync();
        await running;

        var verified = await HostProcess.RunAsync(_folder.FullName, "verify", rocket.DataDir);

        Assert.True(verified.ExitCode == 0, verified.Output + verified.Errors);
        Assert.DoesNotContain("damage: ", verified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_a_process_holds_is_refused_in_one_line_and_that_process_goes_on()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync();

        var verified = await HostProcess.RunAsync(_folder.FullName, "verify", rocket.DataDir);

        Assert.Equal((1, ""), (verified.ExitCode, verified.Output));
        Assert.Equal([$"{rocket.DataDir} is used by a Rocket process; stop it first"], verified.ErrorLines);
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "still here")).Succeeded();
    }

    [Fact]
    public async Task What_is_no_data_folder_is_refused_in_one_line()
    {
        var none = Path.Combine(_folder.FullName, "none");
        Assert.Equal([$"{none}: no such folder"], (await RefusedAsync(none)).ErrorLines);
        Assert.Contains("is no data folder of Rocket", Assert.Single((await RefusedAsync(_folder.FullName)).ErrorLines), StringComparison.Ordinal);

        async Task<HostProcess.Outcome> RefusedAsync(string folder)
        {
            var verified = await HostProcess.RunAsync(_folder.FullName, "verify", folder);
            Assert.Equal((1, ""), (verified.ExitCode, verified.Output));
            return verified;
        }
    }

    [Fact]
    public async Task Help_says_what_there_is()
    {
        Assert.Contains("verify DATA-DIR", (await HostProcess.RunAsync(_folder.FullName, "--help")).Output, StringComparison.Ordinal);
        var help = await HostProcess.RunAsync(_folder.FullName, "verify", "--help");
        Assert.Equal((0, ""), (help.ExitCode, help.Errors));
        Assert.Contains("Exit codes: 0 no damage, 1 damage", help.Output, StringComparison.Ordinal);
        Assert.Contains("--bodies", (await HostProcess.RunAsync(_folder.FullName, "dump", "--help")).Output, StringComparison.Ordinal);
    }
}
