using Rocket.Benchmarks.CommandLine;
using Rocket.Benchmarks.Journal;
using Rocket.Benchmarks.Load;
using Xunit;

namespace Rocket.TestClient.Tests.Load;

public sealed class LoadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rocket-load-").FullName;

    private string Journal => Path.Combine(_folder, "journal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--mode", "sync")]
    [InlineData("--mode", "async")]
    [InlineData("--mode", "oneway")]
    [InlineData("--mode", "batch", "--batch", "8")]
    [InlineData("--mode", "async", "--serialize", "binary")]
    [InlineData("--mode", "async", "--size", "0")]
    [InlineData("--mode", "async", "--size", "200000", "--in-flight", "8")]
    public async Task Every_mode_sends_what_it_was_asked_to(params string[] options)
    {
        await using var broker = new MemoryBroker();

        var report = await RunAsync(broker, ["--count", "400", .. options]);

        Assert.Equal(400, report.Produced!.Sum.Messages);
        Assert.Equal(400, report.Stored);
        Assert.Equal(400, broker.Queues.Sum(queue => queue.Count));
        Assert.All(broker.Queues, queue => Assert.InRange(queue.Count, 64, 136));
        Assert.Equal(0, report.Produced.Sum.Unanswered + report.Produced.Sum.Strays);
        Assert.Equal(1, broker.TopicsCreated);
        Assert.False(report.HasFailed);
    }

    [Fact]
    public async Task Producing_and_consuming_together_measures_the_way_from_end_to_end()
    {
        await using var broker = new MemoryBroker();

        var report = await RunAsync(broker, ["--both", "--count", "1000"]);

        Assert.Equal(1000, report.Produced!.Sum.Messages);
        Assert.Equal(1000, report.Consumed!.Sum.Messages);
        Assert.Equal(1000, report.Consumed.Sum.EndToEnd.Count);
        Assert.Equal(0, report.Consumed.Sum.Gaps);
    }

    [Fact]
    public async Task Consuming_reads_each_queue_to_its_end()
    {
        await using var broker = new MemoryBroker();
        await RunAsync(broker, ["--count", "1000"]);

        var report = await RunAsync(broker, ["--consume", "--warmup", "0", "--consumers", "3"]);

        Assert.Equal(1000, report.Consumed!.Sum.Messages);
        Assert.Null(report.Produced);
    }

    [Fact]
    public async Task A_measured_duration_does_not_count_the_warm_up()
    {
        await using var broker = new MemoryBroker();

        var report = await RunAsync(broker, ["--warmup", "0.2", "--duration", "0.3"]);

        Assert.InRange(report.Produced!.Sum.Messages, 1, report.Stored!.Value - 1);
        Assert.InRange(report.Produced.Elapsed.TotalSeconds, 0.29, 5);
    }

    [Theory]
    [InlineData("async", "1")]
    [InlineData("batch", "8")]
    public async Task A_check_finds_every_confirmed_send_of_all_runs(string mode, string batch)
    {
        await using var broker = new MemoryBroker();
        string[] options = mode == "batch" ? ["--mode", mode, "--batch", batch] : ["--mode", mode];
        await RunAsync(broker, ["--count", "400", "--journal", Journal, .. options]);
        await RunAsync(broker, ["--count", "400", "--journal", Journal, .. options]);

        Assert.Equal(800, JournalReader.Read(Journal).Queues.Values.Sum(sends => sends.Count));
        Assert.Equal(2, JournalReader.Read(Journal).Runs);
        Assert.Equal(0, await CheckAsync(broker));
    }

    [Fact]
    public async Task A_lost_message_is_found()
    {
        await using var broker = new MemoryBroker();
        await RunAsync(broker, ["--count", "400", "--journal", Journal]);

        broker.Queues[1].RemoveAt(7);

        Assert.Equal(1, await CheckAsync(broker));
    }

    [Fact]
    public async Task A_cut_queue_is_found()
    {
        await using var broker = new MemoryBroker();
        await RunAsync(broker, ["--count", "400", "--journal", Journal]);

        broker.Queues[1].RemoveRange(5, broker.Queues[1].Count - 5);

        Assert.Equal(1, await CheckAsync(broker));
    }

    [Fact]
    public async Task A_repeated_message_is_found()
    {
        await using var broker = new MemoryBroker();
        await RunAsync(broker, ["--count", "400", "--journal", Journal]);

        broker.Queues[2].Add(broker.Queues[2][3]);

        Assert.Equal(1, await CheckAsync(broker));
    }

    [Fact]
    public async Task A_moved_physical_offset_is_found()
    {
        await using var broker = new MemoryBroker();
        await RunAsync(broker, ["--count", "400", "--journal", Journal]);

        broker.PhysicalOffsetShift = 1;

        Assert.Equal(1, await CheckAsync(broker));
    }

    [Fact]
    public async Task A_lost_connection_is_made_again_and_what_was_confirmed_is_still_there()
    {
        await using var broker = new MemoryBroker();

        var running = RunAsync(broker, ["--count", "200000", "--size", "100", "--connections", "2", "--reconnect", "10", "--journal", Journal]);
        while (broker.Queues[0].Count < 100)
        {
            await Task.Yield();
        }

        broker.DropConnections();
        var report = await running;

        Assert.True(report.Produced!.Sum.Reconnects > 0);
        Assert.False(report.HasFailed);
        Assert.Equal(0, await CheckAsync(broker));
    }

    [Fact]
    public async Task Without_reconnect_a_lost_connection_is_a_failure()
    {
        await using var broker = new MemoryBroker();

        var running = RunAsync(broker, ["--count", "100000000", "--size", "100", "--connections", "2"]);
        while (broker.Queues[0].Count < 100)
        {
            await Task.Yield();
        }

        broker.DropConnections();

        Assert.Equal(2, (await running).Produced!.Failures.Count);
    }

    [Theory]
    [InlineData("--broker", "a:1", "--name-server", "a:1")]
    [InlineData("--topic", "T")]
    [InlineData("--broker", "a:1", "--mode", "sync", "--in-flight", "5")]
    [InlineData("--broker", "a:1", "--batch", "5")]
    [InlineData("--broker", "a:1", "--mode", "7")]
    [InlineData("--broker", "a:1", "--size", "-1")]
    [InlineData("--broker", "a:1", "--count")]
    [InlineData("--broker", "a:1", "--journal", "j", "--mode", "oneway")]
    [InlineData("--broker", "a:1", "--journal", "j", "--size", "10")]
    [InlineData("--broker", "a:1", "--speed", "9")]
    [InlineData("--broker", "a:1", "extra")]
    public void A_wrong_command_line_is_refused(params string[] commandLine) =>
        Assert.Throws<UsageException>(() => LoadOptions.Parse(commandLine));

    private static Task<LoadReport> RunAsync(MemoryBroker broker, string[] options) =>
        LoadCommand.RunAsync(LoadOptions.Parse(["--name-server", broker.Address, "--topic", "T", .. options])).WaitAsync(TimeSpan.FromSeconds(60));

    private Task<int> CheckAsync(MemoryBroker broker) =>
        CheckCommand.RunAsync(["--name-server", broker.Address, "--journal", Journal]).WaitAsync(TimeSpan.FromSeconds(60));
}
