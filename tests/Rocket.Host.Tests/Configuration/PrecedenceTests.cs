using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Retention;
using Rocket.Host.Configuration;
using Xunit;

namespace Rocket.Host.Tests.Configuration;

public sealed class PrecedenceTests
{
    [Fact]
    public void The_command_line_wins_over_the_file_and_the_file_over_the_reference()
    {
        var configuration = Loaded(
            "rocket.limits.max-topics = 100\nrocket.limits.max-consumer-groups = 100\n",
            "rocket.limits.max-topics=200");
        Assert.Equal((200, 100, 1024), (configuration.Node.Limits.MaxTopics, configuration.Node.Limits.MaxConsumerGroups, configuration.Node.Limits.MaxQueuesPerTopic));
        Assert.Equal("--set", OriginOf(configuration, "rocket.limits.max-topics"));
        Assert.Equal("test.hocon:2", OriginOf(configuration, "rocket.limits.max-consumer-groups"));
        Assert.StartsWith("reference.hocon:", OriginOf(configuration, "rocket.limits.max-queues-per-topic"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_set_of_a_key_wins() =>
        Assert.Equal(30, Loading.FromSets("rocket.limits.max-topics=20", "rocket.limits.max-topics=40", "rocket.limits.max-topics=30").Node.Limits.MaxTopics);

    [Fact]
    public void A_broker_inherits_what_it_does_not_say_itself()
    {
        var brokers = Loading.FromSets(
            "rocket.broker-defaults.flush-disk-type=sync-flush",
            "rocket.brokers.broker-b={ port = 11011 \n flush-disk-type = async-flush \n segment-size = 8 MiB }").Node.Brokers;
        Assert.Equal([FlushDiskType.SyncFlush, FlushDiskType.AsyncFlush], brokers.Select(broker => broker.FlushDiskType));
        Assert.Equal([64L << 20, 8L << 20], brokers.Select(broker => broker.SegmentSize));
    }

    [Fact]
    public void Retention_is_RocketMQs_unless_it_is_told_otherwise()
    {
        Assert.Equivalent(RetentionSettings.Default, Loading.FromSets().Node.Brokers[0].Retention, strict: true);
        var told = Loading.FromSets(
            "rocket.broker-defaults.delete-when=16;4;04", "rocket.broker-defaults.file-reserved-time=1 d", "rocket.broker-defaults.disk-max-used-space-ratio=60",
            "rocket.broker-defaults.disk-clean-forcibly-ratio=60", "rocket.brokers.broker-a.disk-refuse-writes-ratio=70",
            "rocket.brokers.broker-a.disk-deletes-unread=on", "rocket.broker-defaults.retention-check-interval=1 s").Node.Brokers[0].Retention;
        Assert.Equivalent(
            new RetentionSettings([4, 16], TimeSpan.FromDays(1), 60, 60, 70, DiskDeletesUnread: true, TimeSpan.FromSeconds(1)), told, strict: true);
    }

    [Fact]
    public void A_file_that_names_brokers_replaces_the_built_in_one()
    {
        var broker = Assert.Single(Loaded("rocket.brokers.broker-x.port = 11011\n").Node.Brokers);
        Assert.Equal(("broker-x", 11011), (broker.Name, broker.Port));
    }

    [Fact]
    public void The_command_line_adds_brokers() => Assert.Equal(
        ["broker-x", "broker-y"],
        Loaded("rocket.brokers.broker-x.port = 11011\n", "rocket.brokers.broker-y.port=11021").Node.Brokers.Select(broker => broker.Name));

    [Fact]
    public void A_list_may_be_set_on_the_command_line() => Assert.Equal(
        ["other"], Loading.FromSets("rocket.node-name=other", "rocket.brokers.broker-a.replicas=[other]").Node.Brokers[0].Replicas);

    [Fact]
    public void A_node_may_be_renamed_by_its_name_alone()
    {
        var node = Loading.FromSets("rocket.node-name=other", "rocket.advertised-host=10.0.0.5").Node;
        Assert.Equal("10.0.0.5:10912", node.Voters["other"]);
        Assert.Equal(["other"], node.Brokers[0].Replicas);
    }

    [Theory]
    [InlineData("rocket.log.file=C:\\logs\\a b#c.log", "C:\\logs\\a b#c.log")]
    [InlineData("rocket.log.file=\"quoted \\\"name\\\"\"", "quoted \"name\"")]
    [InlineData("rocket.log.file=${HOME}", "${HOME}")]
    public void A_value_on_the_command_line_needs_no_quotes(string set, string file) =>
        Assert.Equal(Path.GetFullPath(file), Loading.FromSets(set).Log.File);

    [Fact]
    public void Substitutions_within_a_file_are_resolved() =>
        Assert.Equal("10.1.2.3", Loaded("rocket.advertised-host = 10.1.2.3\nrocket.bind-host = ${rocket.advertised-host}\n").Node.BindHost);

    [Fact]
    public void Akka_takes_its_addresses_from_rocket_unless_it_is_told_otherwise()
    {
        var derived = Loading.FromSets("rocket.bind-host=0.0.0.0", "rocket.advertised-host=10.0.0.5").Akka;
        Assert.Equal("0.0.0.0", derived.GetString("akka.remote.dot-netty.tcp.hostname"));
        Assert.Equal("10.0.0.5", derived.GetString("akka.remote.dot-netty.tcp.public-hostname"));
        var told = Loading.FromSets("akka.remote.dot-netty.tcp.hostname=127.0.0.9").Akka;
        Assert.Equal("127.0.0.9", told.GetString("akka.remote.dot-netty.tcp.hostname"));
    }

    [Theory]
    [InlineData("info", "WARNING", "INFO")]
    [InlineData("error", "WARNING", "WARNING")]
    [InlineData("info", "OFF", "INFO")]
    [InlineData("warning", "DEBUG", "DEBUG")]
    public void Akkas_event_stream_carries_the_finer_of_both_levels(string rocket, string akka, string stream) =>
        Assert.Equal(stream, Loading.FromSets("rocket.log.level=" + rocket, "akka.loglevel=" + akka).Akka.GetString("akka.loglevel"));

    [Fact]
    public void Each_broker_has_a_journal_and_a_snapshot_store()
    {
        var akka = Loading.FromSets("rocket.brokers.broker-b.port=11011").Akka;
        foreach (var broker in new[] { "broker-a", "broker-b" })
        {
            Assert.Equal(typeof(MetadataJournal), Type.GetType(akka.GetString($"rocket.journal.{broker}.class")));
            Assert.Equal(typeof(MetadataSnapshotStore), Type.GetType(akka.GetString($"rocket.snapshot.{broker}.class")));
            Assert.Equal(broker, akka.GetString($"rocket.journal.{broker}.broker"));
            Assert.Equal(broker, akka.GetString($"rocket.snapshot.{broker}.broker"));
        }
    }

    [Theory]
    [InlineData("rocket.advertised-host=10.0.0.5", "rocket.bind-host = 127.0.0.1 takes connections from this machine only, but clients are told 10.0.0.5")]
    [InlineData("rocket.bind-host=0.0.0.0", "rocket.advertised-host = 127.0.0.1 sends clients on other machines to themselves; tell them this machine's address")]
    public void Addresses_that_do_not_go_together_are_warned_of(string set, string warning) =>
        Assert.Equal([warning], Loading.FromSets(set).Warnings);

    [Fact]
    public void Passwords_are_not_shown()
    {
        var configuration = Loading.FromSets("akka.remote.dot-netty.tcp.ssl.certificate.password=secret");
        Assert.Equal("\"***\"", configuration.Effective.Single(setting => setting.Key.EndsWith("password", StringComparison.Ordinal)).Value);
        Assert.Equal("secret", configuration.Akka.GetString("akka.remote.dot-netty.tcp.ssl.certificate.password"));
    }

    private static NodeConfiguration Loaded(string text, params string[] sets)
    {
        var (configuration, errors) = Loading.FromText(text, sets);
        Assert.Empty(errors);
        return configuration!;
    }

    private static string OriginOf(NodeConfiguration configuration, string key) =>
        configuration.Effective.Single(setting => setting.Key == key).Origin;
}
