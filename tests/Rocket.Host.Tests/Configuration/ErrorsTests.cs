using System.Text.RegularExpressions;
using Xunit;

namespace Rocket.Host.Tests.Configuration;

/// <summary>Each mistake is one exact line that names the place, the key, the value and what is wanted.</summary>
public sealed class ErrorsTests
{
    [Theory]
    // Keys.
    [InlineData("rocket.limits.max-topcs=3", "--set: unknown key rocket.limits.max-topcs; did you mean rocket.limits.max-topics?")]
    [InlineData("rocket.flush-disk-type=sync-flush", "--set: unknown key rocket.flush-disk-type; did you mean rocket.broker-defaults.flush-disk-type?")]
    [InlineData("rocket.brokers.broker-a.prt=3", "--set: unknown key rocket.brokers.broker-a.prt; did you mean rocket.brokers.broker-a.port?")]
    [InlineData("rocket.brokers.broker-a.replica-set=[a]", "--set: unknown key rocket.brokers.broker-a.replica-set")]
    [InlineData("rocket.replication.secrets=a", "--set: unknown key rocket.replication.secrets; did you mean rocket.replication.secret?")]
    [InlineData("rocket.journal.broker-a.class=x", "--set: unknown key rocket.journal")]
    [InlineData("roket.node-name=a", "--set: unknown key roket: a key begins with rocket. or akka.")]
    [InlineData("rocket=1", "--set: rocket is a section: it wants { … }, not 1")]
    [InlineData("rocket.limits=1", "--set: rocket.limits is a section: it wants { … }, not 1")]
    [InlineData("rocket.brokers.broker-a=1", "--set: rocket.brokers.broker-a is a section: it wants { … }, not 1")]
    [InlineData("akka=1", "--set: akka is a section: it wants { … }, not 1")]
    // Kinds.
    [InlineData("rocket.node-name=[a, b]", "--set: rocket.node-name = [a, b]: wants a single value")]
    [InlineData("rocket.node-name={ a = 1 }", "--set: rocket.node-name = { a = 1 }: wants a single value")]
    [InlineData("rocket.brokers.broker-a.replicas=node1", "--set: rocket.brokers.broker-a.replicas = node1: wants a list, such as [a, b]")]
    [InlineData("rocket.brokers.broker-a.replicas=[[node1]]", "--set: rocket.brokers.broker-a.replicas = [[node1]]: wants a list of single values, such as [a, b]")]
    [InlineData("rocket.node-name=null", "--set: rocket.node-name = null: wants a value")]
    [InlineData("akka.remote.dot-netty.tcp.port=[1]", "--set: akka.remote.dot-netty.tcp.port = [1]: wants a single value")]
    [InlineData("akka.cluster.seed-nodes=x", "--set: akka.cluster.seed-nodes = x: wants a list, such as [a, b]")]
    // Names and addresses.
    [InlineData("rocket.cluster-name=a b", "--set: rocket.cluster-name = a b: wants letters, digits, - and _, 1 to 100 of them")]
    [InlineData("rocket.node-name=\"\"", "--set: rocket.node-name = \"\": wants letters, digits, - and _, 1 to 100 of them")]
    [InlineData("rocket.bind-host=localhost", "--set: rocket.bind-host = localhost: wants an IP address, such as 127.0.0.1, or 0.0.0.0 for every network card")]
    [InlineData("rocket.advertised-host=my-server", "--set: rocket.advertised-host = my-server: wants an IP address, not a name: it is part of every message id")]
    [InlineData("rocket.advertised-host=1", "--set: rocket.advertised-host = 1: wants an IP address, not a name: it is part of every message id")]
    [InlineData("rocket.advertised-host=0.0.0.0", "--set: rocket.advertised-host = 0.0.0.0: wants the address that clients connect to; nobody can connect to this one")]
    [InlineData("rocket.advertised-host=::", "--set: rocket.advertised-host = \"::\": wants the address that clients connect to; nobody can connect to this one")]
    [InlineData("rocket.data-dir=\"\"", "--set: rocket.data-dir = \"\": wants a path")]
    [InlineData("rocket.brokers.\"b c\".port=1", "--set: rocket.brokers.\"b c\": a broker's name wants letters, digits, - and _, 1 to 100 of them")]
    // Numbers, sizes, durations, switches, words.
    [InlineData("rocket.name-server.port=0", "--set: rocket.name-server.port = 0: wants a whole number, 1 to 65535")]
    [InlineData("rocket.name-server.port=65536", "--set: rocket.name-server.port = 65536: wants a whole number, 1 to 65535")]
    [InlineData("rocket.name-server.port=9876.5", "--set: rocket.name-server.port = 9876.5: wants a whole number, 1 to 65535")]
    [InlineData("rocket.dashboard.port=65536", "--set: rocket.dashboard.port = 65536: wants a whole number, 1 to 65535, or off")]
    [InlineData("rocket.dashboard.port=on", "--set: rocket.dashboard.port = on: wants a whole number, 1 to 65535, or off")]
    [InlineData("rocket.petabridge-cmd.port=-1", "--set: rocket.petabridge-cmd.port = -1: wants a whole number, 1 to 65535, or off")]
    [InlineData("rocket.dashboard.bind-host=localhost", "--set: rocket.dashboard.bind-host = localhost: wants an IP address, such as 127.0.0.1, or 0.0.0.0 for every network card")]
    [InlineData("rocket.dashboard=8080", "--set: rocket.dashboard is a section: it wants { … }, not 8080")]
    [InlineData("rocket.brokers.broker-a.port=ten", "--set: rocket.brokers.broker-a.port = ten: wants a whole number, 1 to 65535")]
    [InlineData("akka.remote.dot-netty.tcp.port=-1", "--set: akka.remote.dot-netty.tcp.port = -1: wants a whole number, 0 to 65535")]
    [InlineData("rocket.broker-defaults.segment-size=1023 KiB", "--set: rocket.broker-defaults.segment-size = 1023 KiB: wants a size, 1 MiB to 1 GiB")]
    [InlineData("rocket.broker-defaults.segment-size=2 GiB", "--set: rocket.broker-defaults.segment-size = 2 GiB: wants a size, 1 MiB to 1 GiB")]
    [InlineData("rocket.broker-defaults.segment-size=64 parsecs", "--set: rocket.broker-defaults.segment-size = 64 parsecs: wants a size, 1 MiB to 1 GiB")]
    [InlineData("rocket.brokers.broker-a.segment-size=20E", "--set: rocket.brokers.broker-a.segment-size = 20E: wants a size, 1 MiB to 1 GiB")]
    [InlineData("rocket.broker-defaults.flush-interval=1 ms", "--set: rocket.broker-defaults.flush-interval = 1 ms: wants a duration, 10 ms to 60 s")]
    [InlineData("rocket.limits.idle-timeout=infinite", "--set: rocket.limits.idle-timeout = infinite: wants a duration, 1 s to 1 d")]
    [InlineData("rocket.limits.idle-timeout=-5 s", "--set: rocket.limits.idle-timeout = -5 s: wants a duration, 1 s to 1 d")]
    [InlineData("rocket.broker-defaults.long-polling-enable=maybe", "--set: rocket.broker-defaults.long-polling-enable = maybe: wants on, off, true or false")]
    [InlineData("rocket.broker-defaults.flush-disk-type=ASYNC_FLUSH", "--set: rocket.broker-defaults.flush-disk-type = ASYNC_FLUSH: wants async-flush or sync-flush")]
    [InlineData("rocket.log.level=verbose", "--set: rocket.log.level = verbose: wants debug, info, warning or error")]
    [InlineData("rocket.broker-defaults.delete-when=24", "--set: rocket.broker-defaults.delete-when = 24: wants hours of the day, 00 to 23, such as \"04\" or \"04;16\"")]
    [InlineData("rocket.broker-defaults.delete-when=4 am", "--set: rocket.broker-defaults.delete-when = 4 am: wants hours of the day, 00 to 23, such as \"04\" or \"04;16\"")]
    [InlineData("rocket.broker-defaults.delete-when=04;", "--set: rocket.broker-defaults.delete-when = \"04;\": wants hours of the day, 00 to 23, such as \"04\" or \"04;16\"")]
    [InlineData("rocket.broker-defaults.file-reserved-time=0 h", "--set: rocket.broker-defaults.file-reserved-time = 0 h: wants a duration, 1 s to 3650 d")]
    [InlineData("rocket.broker-defaults.disk-max-used-space-ratio=0.75", "--set: rocket.broker-defaults.disk-max-used-space-ratio = 0.75: wants a whole number, 1 to 100")]
    [InlineData("rocket.brokers.broker-a.disk-deletes-unread=yes", "--set: rocket.brokers.broker-a.disk-deletes-unread = yes: wants on, off, true or false")]
    [InlineData("rocket.broker-defaults.broker-role=SYNC_MASTER", "--set: rocket.broker-defaults.broker-role = SYNC_MASTER: wants async-master or sync-master")]
    [InlineData("rocket.broker-defaults.isr-lag-max=100 ms", "--set: rocket.broker-defaults.isr-lag-max = 100 ms: wants a duration, 500 ms to 60 s")]
    [InlineData("rocket.broker-defaults.degrade-after=off", "--set: rocket.broker-defaults.degrade-after = off: wants a duration, 500 ms to 1 h")]
    [InlineData("rocket.broker-defaults.slave-timeout=1 ms", "--set: rocket.broker-defaults.slave-timeout = 1 ms: wants a duration, 100 ms to 60 s")]
    [InlineData("rocket.broker-defaults.min-in-sync=2", "--set: rocket.broker-defaults.min-in-sync = 2: wants at most the number of replicas of broker-a, 1: with fewer, no send is ever answered SEND_OK")]
    // What this version can't do.
    // Other nodes.
    [InlineData("rocket.voters.node2=127.0.0.1:20912", "--set: rocket.voters has node2, but not this node, node1 (rocket.node-name)")]
    [InlineData("rocket.voters.node1=127.0.0.1:9876", "--set: rocket.voters.node1 = \"127.0.0.1:9876\": this node listens on rocket.replication.port = 10912; both have to be the same")]
    [InlineData("rocket.voters.\"a b\"=127.0.0.1:20912", "--set: rocket.voters.\"a b\": a node's name wants letters, digits, - and _, 1 to 100 of them")]
    [InlineData("rocket.failover=automatic", "--set: rocket.failover = automatic: wants 3 voters or more, since two nodes can't tell a crash from a cut cable; rocket.voters has 1")]
    [InlineData("rocket.failover=auto", "--set: rocket.failover = auto: wants manual or automatic")]
    [InlineData("rocket.replication.port=0", "--set: rocket.replication.port = 0: wants a whole number, 1 to 65535")]
    [InlineData("rocket.replication.heartbeat-interval=1 ms", "--set: rocket.replication.heartbeat-interval = 1 ms: wants a duration, 20 ms to 10 s")]
    [InlineData("rocket.replication.dead-after=300 ms", "--set: rocket.replication.dead-after = 300 ms: wants at least 3 times heartbeat-interval = 250 ms")]
    [InlineData("rocket.voters.node1=localhost:10912", "--set: rocket.voters.node1 = \"localhost:10912\": wants an IPv4 address and a port, such as \"127.0.0.1:10912\"")]
    [InlineData("akka.cluster.seed-nodes=[\"akka.tcp://rocket@127.0.0.1:4053\"]", "--set: akka.cluster.seed-nodes = [\"akka.tcp://rocket@127.0.0.1:4053\"]: stays empty: nodes find each other through rocket.voters")]
    [InlineData("akka.actor.provider=local", "--set: akka.actor.provider = local: stays cluster: everything in Rocket is placed by the cluster")]
    // What must fit together.
    [InlineData("rocket.broker-defaults.max-message-size=16 MiB", "--set: rocket.broker-defaults.max-message-size = 16 MiB: such a message, its header and 64 KiB do not fit in rocket.limits.max-frame-size = 16 MiB")]
    [InlineData("rocket.broker-defaults.segment-size=4 MiB", "reference.hocon:86: rocket.broker-defaults.max-message-size = 4 MiB: such a message and 64 KiB do not fit in segment-size = 4 MiB")]
    [InlineData("rocket.limits.queue-outstanding-size=4 MiB", "reference.hocon:86: rocket.broker-defaults.max-message-size = 4 MiB: such a message and 64 KiB do not fit in rocket.limits.queue-outstanding-size = 4 MiB")]
    [InlineData("rocket.broker-defaults.disk-clean-forcibly-ratio=74", "--set: rocket.broker-defaults.disk-clean-forcibly-ratio = 74: wants at least disk-max-used-space-ratio = 75")]
    [InlineData("rocket.brokers.broker-a.disk-refuse-writes-ratio=84", "--set: rocket.brokers.broker-a.disk-refuse-writes-ratio = 84: wants at least disk-clean-forcibly-ratio = 85")]
    [InlineData("rocket.broker-defaults.disk-max-used-space-ratio=86", "reference.hocon:86: rocket.broker-defaults.disk-clean-forcibly-ratio = 85: wants at least disk-max-used-space-ratio = 86")]
    // The argument itself.
    [InlineData("rocket.node-name", "--set rocket.node-name: wanted key=value, such as --set rocket.node-name=node1")]
    [InlineData("=a", "--set =a: wanted key=value, such as --set rocket.node-name=node1")]
    [InlineData("rocket..a=1", "--set rocket..a=1: wanted key=value, such as --set rocket.node-name=node1")]
    [InlineData("rocket.log.file=", "--set: rocket.log.file has no value; for an empty one write rocket.log.file=\"\"")]
    [InlineData("rocket.brokers.broker-a.replicas=[node1", "--set rocket.brokers.broker-a.replicas=[node1: the '[' of this line is never closed")]
    [InlineData("rocket.limits={ max-topics = 20", "--set rocket.limits={ max-topics = 20: the '{' of this line is never closed")]
    public void A_mistake_on_the_command_line_is_one_exact_line(string set, string line) =>
        Assert.Equal(WithoutReferenceLine(line), WithoutReferenceLine(Loading.ErrorsOfSets(set)[0]));

    [Fact]
    public void Names_may_have_100_characters_and_no_more()
    {
        Assert.Equal(100, Loading.FromSets("rocket.node-name=" + new string('n', 100)).Node.NodeName.Length);
        Assert.Single(Loading.ErrorsOfSets("rocket.node-name=" + new string('n', 101)));
        Assert.Single(Loading.ErrorsOfSets($"rocket.brokers.{new string('b', 101)}.port=11011"));
    }

    [Fact]
    public void A_port_that_is_wanted_twice_names_both_who_want_it() => Assert.Equal(
        ["port 10911 is wanted twice: by rocket.name-server.port (--set) and by rocket.brokers.broker-a.port (reference.hocon)"],
        Loading.ErrorsOfSets("rocket.name-server.port=10911").Select(WithoutReferenceLine));

    [Fact]
    public void A_vip_port_counts_as_used() => Assert.Equal(
        ["port 10909 is wanted twice: by rocket.brokers.broker-a.port - 2 for vip-port-enable (reference.hocon) and by rocket.brokers.broker-b.port (--set)"],
        Loading.ErrorsOfSets("rocket.brokers.broker-a.vip-port-enable=on", "rocket.brokers.broker-b.port=10909").Select(WithoutReferenceLine));

    [Theory]
    [InlineData("rocket.brokers.broker-b.port=4053")]
    [InlineData("akka.remote.dot-netty.tcp.port=9876")]
    [InlineData("rocket.dashboard.port=9876")]
    public void Akkas_port_the_node_link_and_the_dashboard_count_as_used(string set) =>
        Assert.StartsWith("port ", Assert.Single(Loading.ErrorsOfSets(set)), StringComparison.Ordinal);

    [Fact]
    public void A_vip_port_below_1_is_refused() => Assert.Equal(
        ["--set: rocket.brokers.broker-a.port = 2: wants at least 3 when vip-port-enable is on, since it opens port - 2"],
        Loading.ErrorsOfSets("rocket.brokers.broker-a.port=2", "rocket.broker-defaults.vip-port-enable=on"));

    [Fact]
    public void A_broker_without_a_port_is_refused() => Assert.Equal(
        ["--set: rocket.brokers.broker-b has no port; wanted: port = 10911, say"],
        Loading.ErrorsOfSets("rocket.brokers.broker-b.segment-size=8 MiB"));

    [Fact]
    public void All_mistakes_are_told_at_once_and_each_once() => Assert.Equal(
        [
            "--set: unknown key rocket.colour",
            "--set: rocket.node-name = ?: wants letters, digits, - and _, 1 to 100 of them",
            "--set: rocket.broker-defaults.flush-interval = 0 s: wants a duration, 10 ms to 60 s",
        ],
        Loading.ErrorsOfSets(
            "rocket.colour=red", "rocket.node-name=?", "rocket.broker-defaults.flush-interval=0 s", "rocket.brokers.broker-b.port=11011")
            .Select(line => line.Replace("\"?\"", "?", StringComparison.Ordinal)));

    [Theory]
    [InlineData("rocket {\n  name-server.port = 99999\n}\n", "test.hocon:2: rocket.name-server.port = 99999: wants a whole number, 1 to 65535")]
    [InlineData("rocket {\n  brokers {\n    broker-a {\n      port = 1\n      segmentsize = 2\n    }\n  }\n}\n", "test.hocon:5: unknown key rocket.brokers.broker-a.segmentsize; did you mean rocket.brokers.broker-a.segment-size?")]
    [InlineData("rocket {\n  node-name = a\n", "test.hocon:1: the '{' of this line is never closed")]
    [InlineData("rocket.node-name = a\n}\nrocket.limits.max-topics = 20\n", "test.hocon:2: this '}' closes nothing")]
    [InlineData("\n\ninclude \"other.hocon\"\n", "test.hocon:3: include is not supported: put all keys in one file")]
    [InlineData("rocket.data-dir = C:\\data\n", "test.hocon:1: a value with ':' in it stands in double quotes, and each key on a line of its own")]
    [InlineData("rocket.data-dir = ${HOME}\n", "test.hocon: Unresolved substitution: HOME")]
    [InlineData("rocket.brokers {\n}\n", "test.hocon:1: rocket.brokers names no broker; a node holds at least one")]
    [InlineData("rocket {\n  brokers {\n    broker-a { port = 1 }, broker-b { port = 2 }\n  }\n}", "test.hocon:3: no ',' is wanted behind a section's '}'; put each key on a line of its own")]
    public void A_mistake_in_a_file_names_file_and_line(string text, string line)
    {
        var (configuration, errors) = Loading.FromText(text);
        Assert.Null(configuration);
        Assert.Equal([line], errors);
    }

    // The reference is edited more often than these tests.
    private static string WithoutReferenceLine(string text) => Regex.Replace(text, @"reference\.hocon:\d+", "reference.hocon");
}
