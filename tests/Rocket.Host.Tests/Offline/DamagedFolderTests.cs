using Rocket.Host.Tests.CommandLine;
using Rocket.Host.Tests.Formats;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.Offline;

/// <summary>
/// A data folder of two brokers, one of which is damaged: <c>verify</c> names the file, the start names it too and says how to go on, and the
/// other broker serves.
/// </summary>
[Collection(TwoBrokersCollection.Name)]
public sealed class DamagedFolderTests(TwoBrokersFolder filled)
{
    private const string BrokerA = "brokers/broker-a";
    private const string FirstQueue = BrokerA + "/queues/Orders@0";
    private const string StartRefuses = "the start refuses";
    private const string SecondQueue = BrokerA + "/queues/Orders@1";

    [Fact]
    public async Task A_truncated_metadata_log_stops_its_broker_only() =>
        await ExpectBrokerRefusedAsync(
            data =>
            {
                var log = Log(data, BrokerA + "/metadata", 0);
                using var file = File.OpenWrite(log);
                file.SetLength(file.Length - 100);
                return log;
            },
            "Restore the broker's whole folder from a backup");

    [Fact]
    public async Task A_metadata_log_that_is_gone_stops_its_broker_instead_of_giving_it_an_empty_one() =>
        await ExpectBrokerRefusedAsync(
            data =>
            {
                Directory.Delete(Path.Combine(data, BrokerA, "metadata"), recursive: true);
                return Path.Combine(data, BrokerA, "metadata");
            },
            "it holds nothing, although there are queues beside it");

    [Fact]
    public async Task The_metadata_log_of_another_broker_stops_the_broker() =>
        await ExpectBrokerRefusedAsync(
            data =>
            {
                var metadata = Path.Combine(data, BrokerA, "metadata");
                Directory.Delete(metadata, recursive: true);
                FolderCopy.Make(Path.Combine(data, "brokers/broker-b/metadata"), metadata);
                return metadata;
            },
            "it holds the metadata of broker-b");

    [Fact]
    public async Task Metadata_that_contradict_themselves_stop_their_broker_only()
    {
        var (rocket, otherPort) = filled.PrepareCopy();
        await using var started = rocket;
        var metadata = Path.Combine(rocket.DataDir, BrokerA, "metadata");
        await NewerFiles.AppendEventAsync(rocket.DataDir, "oa", """{"topic":"Orders","queueId":1,"ordinal":0,"basePosition":7}""");

        await VerifyNamesAsync(rocket.DataDir, metadata);
        await StartNamesAsync(rocket, metadata, "the next ordinal is 2");
        await BrokerBServesAsync(otherPort);
        Assert.Equal(0, await rocket.StopAsync());
    }

    [Fact]
    public async Task A_placement_file_of_zero_bytes_stops_its_broker_only_and_may_be_deleted_where_the_node_is_the_only_voter()
    {
        var (rocket, otherPort) = filled.PrepareCopy();
        await using var started = rocket;
        var file = Path.Combine(rocket.DataDir, "placement/broker-a");
        await File.WriteAllBytesAsync(file, []);

        await VerifyNamesAsync(rocket.DataDir, file);
        await StartNamesAsync(rocket, file, "Restore the file from a backup of this node");
        Assert.Contains("Broker broker-a is not served", rocket.Output, StringComparison.Ordinal);
        await BrokerBServesAsync(otherPort);
        Assert.Equal(0, await rocket.StopAsync());

        File.Delete(file);
        await rocket.StartAgainAsync();
        await filled.OfBrokerA.AssertAllThereAsync(rocket);
        await using (var client = await rocket.ConnectAsync())
        {
            await client.SendAsync(SendRequest.For(TwoBrokersFolder.Topic, "in a later epoch", queueId: 0)).Succeeded();
            await client.SendAsync(SendRequest.For(TwoBrokersFolder.Topic, "in a later epoch", queueId: 1)).Succeeded();
        }

        Assert.Equal(0, await rocket.StopAsync());
        Assert.Equal(0, (await HostProcess.RunAsync(rocket.DataDir, "verify", rocket.DataDir)).ExitCode);
    }

    [Fact]
    public async Task Placement_and_promise_of_an_older_backup_stop_the_queues_that_are_newer_until_the_placement_is_deleted()
    {
        var (rocket, otherPort) = filled.PrepareCopy();
        await using var started = rocket;
        var file = Path.Combine(rocket.DataDir, "placement/broker-a");
        var promise = Path.Combine(rocket.DataDir, "brokers/broker-a/fence");
        var (older, olderPromise) = (await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(promise));
        for (var epoch = 2; epoch <= 3; epoch++)
        {
            await rocket.StartAgainAsync();
            await using (var client = await rocket.ConnectAsync())
            {
                await client.SendAsync(SendRequest.For(TwoBrokersFolder.Topic, $"epoch {epoch}", queueId: 1)).Succeeded();
            }

            Assert.Equal(0, await rocket.StopAsync());
        }

        await File.WriteAllBytesAsync(file, older);
        await File.WriteAllBytesAsync(promise, olderPromise);
        await VerifyNamesAsync(rocket.DataDir, Path.Combine(rocket.DataDir, SecondQueue), "it has records of epoch 3.0, but the broker's placement is of epoch 1.0");
        await StartNamesAsync(rocket, Path.Combine(rocket.DataDir, SecondQueue), "the last record is of epoch 3.0, the broker only of epoch 2.0");
        await BrokerBServesAsync(otherPort);
        Assert.Equal(0, await rocket.StopAsync());

        File.Delete(file);
        await rocket.StartAgainAsync();
        await using var reader = await rocket.ConnectAsync();
        await reader.SendAsync(SendRequest.For(TwoBrokersFolder.Topic, "epoch 4", queueId: 1)).Succeeded();
        Assert.Equal(4, (await reader.ReadQueueAsync(TwoBrokersFolder.Topic, 1)).Count);
    }

    [Fact]
    public async Task A_start_counter_of_zero_bytes_refuses_the_node()
    {
        var (rocket, _) = filled.PrepareCopy();
        await using var started = rocket;
        var file = Path.Combine(rocket.DataDir, "placement/@voter");
        await File.WriteAllBytesAsync(file, []);

        await VerifyNamesAsync(rocket.DataDir, file);
        rocket.StartAgain();
        Assert.Equal(1, await rocket.Run.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        var line = Assert.Single(rocket.Run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(file, line, StringComparison.Ordinal);
        Assert.Contains("the whole folder may be deleted instead", line, StringComparison.Ordinal);

        Directory.Delete(Path.Combine(rocket.DataDir, "placement"), recursive: true);
        await rocket.StartAgainAsync();
        await filled.OfBrokerA.AssertAllThereAsync(rocket);
    }

    [Fact]
    public async Task A_segment_deleted_in_the_middle_stops_its_queue_only() =>
        await ExpectQueueRefusedAsync(data =>
        {
            var middle = Log(data, FirstQueue, 1);
            File.Delete(middle);
            return middle;
        });

    [Fact]
    public async Task A_segment_of_another_queue_copied_over_one_stops_its_queue_only() =>
        await ExpectQueueRefusedAsync(data =>
        {
            var first = Log(data, FirstQueue, 0);
            File.Copy(Log(data, SecondQueue, 0), first, overwrite: true);
            return first;
        });

    [Fact]
    public async Task A_segment_of_another_queue_copied_behind_the_end_stops_its_queue_and_is_not_deleted()
    {
        var copied = "";
        await ExpectQueueRefusedAsync(data =>
        {
            copied = Path.Combine(data, FirstQueue, "00000000000099999999.log");
            File.Copy(Log(data, SecondQueue, 0), copied);
            return copied;
        });
    }

    [Fact]
    public async Task The_folder_of_another_brokers_queue_stops_the_queue_that_it_was_put_in_place_of() =>
        await ExpectQueueRefusedAsync(data =>
        {
            var folder = Path.Combine(data, FirstQueue);
            Directory.Delete(folder, recursive: true);
            FolderCopy.Make(Path.Combine(data, "brokers/broker-b/queues/Orders@0"), folder);
            return folder;
        }, named: "the metadata: this folder and the metadata are not of the same time or broker");

    [Fact]
    public async Task Names_that_do_not_belong_are_left_alone_and_everything_is_served()
    {
        var (rocket, otherPort) = filled.PrepareCopy();
        await using var started = rocket;
        var inLog = Path.Combine(rocket.DataDir, FirstQueue, "00000000000000000000.log.bak");
        var unknownQueue = Path.Combine(rocket.DataDir, BrokerA, "queues/Deleted@0");
        string[] strangers =
        [
            inLog,
            Path.Combine(rocket.DataDir, BrokerA, "metadata/notes.txt"),
            Path.Combine(rocket.DataDir, BrokerA, "queues/notes.txt"),
            Path.Combine(rocket.DataDir, BrokerA, "notes.txt"),
            Path.Combine(rocket.DataDir, "brokers/notes.txt"),
            Path.Combine(rocket.DataDir, "notes.txt"),
        ];
        foreach (var stranger in strangers)
        {
            await File.WriteAllTextAsync(stranger, "mine");
        }

        var verified = await HostProcess.RunAsync(rocket.DataDir, "verify", rocket.DataDir);
        Assert.Equal(0, verified.ExitCode);
        Assert.All(strangers, stranger => Assert.Contains($"warning: {stranger}: ", verified.Output, StringComparison.Ordinal));

        FolderCopy.Make(Path.Combine(rocket.DataDir, SecondQueue), unknownQueue);
        verified = await HostProcess.RunAsync(rocket.DataDir, "verify", rocket.DataDir);
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains($"damage: {unknownQueue}: the metadata know no topic Deleted", verified.Output, StringComparison.Ordinal);

        await StartNamesAsync(rocket, inLog, "It is left alone; move it away");
        StartNamesLine(rocket, unknownQueue, "or move this one away");
        await filled.OfBrokerA.AssertAllThereAsync(rocket);
        await BrokerBServesAsync(otherPort);
        Assert.Equal(0, await rocket.StopAsync());
        Assert.All(strangers, stranger => Assert.True(File.Exists(stranger)));
    }

    private async Task ExpectBrokerRefusedAsync(Func<string, string> damage, string howToGoOn)
    {
        var (rocket, otherPort) = filled.PrepareCopy();
        await using var started = rocket;
        var file = damage(rocket.DataDir);

        await VerifyNamesAsync(rocket.DataDir, file);
        await StartNamesAsync(rocket, file, howToGoOn);
        Assert.Contains("Not served, see above: broker-a", rocket.Output, StringComparison.Ordinal);
        await using (var client = await rocket.ConnectAsync())
        {
            Assert.Equal(ResponseCode.ServiceNotAvailable, (await client.SendAsync(SendRequest.For(TwoBrokersFolder.Topic, "x"))).Code);
        }

        await BrokerBServesAsync(otherPort);
        var before = Directory.GetFiles(Path.Combine(rocket.DataDir, BrokerA), "*.log", SearchOption.AllDirectories).Length;
        Assert.Equal(0, await rocket.StopAsync());
        Assert.Equal(before, Directory.GetFiles(Path.Combine(rocket.DataDir, BrokerA), "*.log", SearchOption.AllDirectories).Length);
        await VerifyNamesAsync(rocket.DataDir, file);
    }

    private async Task ExpectQueueRefusedAsync(Func<string, string> damage, string named = StartRefuses)
    {
        var (rocket, otherPort) = filled.PrepareCopy();
        await using var started = rocket;
        var file = damage(rocket.DataDir);
        var isThere = Path.Exists(file);

        await VerifyNamesAsync(rocket.DataDir, file, named);
        await StartNamesAsync(rocket, Path.GetFileNameWithoutExtension(file), "Restore the log's folder from a replica or a backup");
        Assert.Contains("Queue Orders@0 of broker-a is not served: ", rocket.Output, StringComparison.Ordinal);
        await using (var client = await rocket.ConnectAsync())
        {
            Assert.Equal(ResponseCode.ServiceNotAvailable, (await client.SendAsync(SendRequest.For(TwoBrokersFolder.Topic, "x", queueId: 0))).Code);
            Assert.False((await client.MaxOffsetAsync(TwoBrokersFolder.Topic, 0)).IsSuccess);
            await client.SendAsync(SendRequest.For(TwoBrokersFolder.Topic, "x", queueId: 1)).Succeeded();
            Assert.Equal(2, (await client.ReadQueueAsync(TwoBrokersFolder.Topic, 1)).Count);
        }

        await BrokerBServesAsync(otherPort);
        Assert.Equal(0, await rocket.StopAsync());
        Assert.Equal(isThere, Path.Exists(file));
    }

    private static async Task VerifyNamesAsync(string data, string file, string problem = StartRefuses)
    {
        var before = Starting.RefusedStart.Contents(data);
        var verified = await HostProcess.RunAsync(data, "verify", data);
        Assert.True(verified.ExitCode == 1, verified.Output + verified.Errors);
        Assert.Contains(verified.Output.Split('\n'), line =>
            line.StartsWith("damage: ", StringComparison.Ordinal)
            && line.Contains(file, StringComparison.Ordinal)
            && line.Contains(problem, StringComparison.Ordinal)
            && line.Contains(". What to do: ", StringComparison.Ordinal));
        Assert.Equal(before, Starting.RefusedStart.Contents(data));
    }

    private static async Task StartNamesAsync(RocketProcess rocket, string file, string howToGoOn)
    {
        await rocket.StartAgainAsync();
        StartNamesLine(rocket, file, howToGoOn);
    }

    private static void StartNamesLine(RocketProcess rocket, string file, string howToGoOn) =>
        Assert.Contains(rocket.Output.Split('\n'), line =>
            line.Contains(file, StringComparison.Ordinal) && line.Contains(howToGoOn, StringComparison.Ordinal));

    private async Task BrokerBServesAsync(int port)
    {
        await using var client = await TwoBrokersFolder.ConnectAsync(port);
        await filled.OfBrokerB.AssertAllThereAsync(client);
        var sent = await client.SendAsync(SendRequest.For(TwoBrokersFolder.Topic, "goes on", queueId: 0)).Succeeded();
        Assert.Equal("goes on"u8.ToArray(), (await client.ReadOneAsync(TwoBrokersFolder.Topic, 0, sent.QueueOffset)).Body.ToArray());
    }

    private static string Log(string data, string folder, int number) => Directory.GetFiles(Path.Combine(data, folder), "*.log").Order(StringComparer.Ordinal).ElementAt(number);
}
