using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Groups;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Metadata;
using Rocket.Actors.Schedules;
using Rocket.Actors.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Metadata;

public sealed class MetadataEventSerializerTests : TestKit
{
    /// <summary>What is on disks already: the manifest, the exact bytes, the event. Lines are added, never changed.</summary>
    public static TheoryData<string, string, object> Stored => new()
    {
        {
            "tc", """{"config":{"topic":"Orders","readQueueNums":8,"writeQueueNums":4,"perm":6,"topicSysFlag":1,"order":true}}""",
            new MetadataEvents.TopicChanged(new TopicConfig("Orders", 8, 4, 6, 1, true))
        },
        { "td", """{"topic":"Orders"}""", new MetadataEvents.TopicDeleted("Orders") },
        {
            "gc", """{"config":{"groupName":"g","consumeEnable":true,"consumeFromMinEnable":false,"consumeBroadcastEnable":true,"retryQueueNums":2,"retryMaxTimes":3,"brokerId":4,"whichBrokerWhenConsumeSlowly":5,"notifyConsumerIdsChangedEnable":false}}""",
            new MetadataEvents.GroupChanged(new SubscriptionGroupConfig("g", true, false, true, 2, 3, 4, 5, false))
        },
        { "gd", """{"group":"g","removeOffsets":true}""", new MetadataEvents.GroupDeleted("g", true) },
        { "oa", """{"topic":"Orders","queueId":3,"ordinal":8192,"basePosition":1099511627776}""", new MetadataEvents.OrdinalAssigned("Orders", 3, 8192, 1L << 40) },
        {
            "lg", """{"group":"g","topic":"Orders","queueId":1,"clientId":"10.0.0.5@1#2","expiry":1690000000000}""",
            new MetadataEvents.LockGranted("g", "Orders", 1, "10.0.0.5@1#2", 1690000000000)
        },
        { "tm", """{"progress":{"below":1,"before":9007199254740993,"until":1690000000000}}""", new MetadataEvents.TimersDelivered(new TimerProgress(1, 9007199254740993, 1690000000000)) },
        {
            "tm", """{"progress":{"below":1,"before":9007199254740993,"until":1690000000000,"beyond":9007199254740992}}""",
            new MetadataEvents.TimersDelivered(new TimerProgress(1, 9007199254740993, 1690000000000, 9007199254740992))
        },
        {
            "gc", """{"config":{"groupName":"g","consumeEnable":true,"consumeFromMinEnable":true,"consumeBroadcastEnable":true,"retryQueueNums":1,"retryMaxTimes":16,"brokerId":0,"whichBrokerWhenConsumeSlowly":1,"notifyConsumerIdsChangedEnable":true,"more":"{}"}}""",
            new MetadataEvents.GroupChanged(new SubscriptionGroupConfig("g", More: "{}"))
        },
        { "lr", """{"group":"g","topic":"Orders","queueId":1,"clientId":"c"}""", new MetadataEvents.LockReleased("g", "Orders", 1, "c") },
    };

    private MetadataEventSerializer Serializer => new((ExtendedActorSystem)Sys);

    [Theory]
    [MemberData(nameof(Stored))]
    public void Events_are_stored_as_these_bytes_and_read_back(string manifest, string json, object happened)
    {
        Assert.Equal(manifest, Serializer.Manifest(happened));
        Assert.Equal(json, Encoding.UTF8.GetString(Serializer.ToBinary(happened)));
        Assert.Equal(happened, Serializer.FromBinary(Encoding.UTF8.GetBytes(json), manifest));
    }

    [Fact]
    public void Offset_commits_are_stored_as_these_bytes_and_read_back()
    {
        var bytes = """{"offsets":[{"g":"g","t":"Orders","q":[0,3,0],"o":[12,7,9007199254740993]},{"g":"h","t":"Orders","q":[1],"o":[5]},{"g":"g","t":"Orders","q":[0],"o":[1]}]}"""u8.ToArray();
        var committed = new MetadataEvents.OffsetsCommitted(
            [new("g", "Orders", 0, 12), new("g", "Orders", 3, 7), new("g", "Orders", 0, 9007199254740993), new("h", "Orders", 1, 5), new("g", "Orders", 0, 1)]);
        Assert.Equal("oc", Serializer.Manifest(committed));
        Assert.Equal(bytes, Serializer.ToBinary(committed));
        Assert.Equal(committed.Offsets, Assert.IsType<MetadataEvents.OffsetsCommitted>(Serializer.FromBinary(bytes, "oc")).Offsets);
    }

    [Fact]
    public void What_is_set_aside_is_stored_as_these_bytes_and_read_back()
    {
        var bytes = """{"topic":"SCHEDULE_TOPIC_XXXX","queueId":3,"offsets":[7,9007199254740993]}"""u8.ToArray();
        var aside = new MetadataEvents.MessagesSetAside("SCHEDULE_TOPIC_XXXX", 3, [7, 9007199254740993]);
        Assert.Equal("sa", Serializer.Manifest(aside));
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(Serializer.ToBinary(aside)));
        var read = Assert.IsType<MetadataEvents.MessagesSetAside>(Serializer.FromBinary(bytes, "sa"));
        Assert.Equal((aside.Topic, aside.QueueId), (read.Topic, read.QueueId));
        Assert.Equal(aside.Offsets, read.Offsets);
    }

    [Fact]
    public void A_snapshot_has_what_is_set_aside_behind_the_rest()
    {
        var state = new MetadataState();
        state.Apply(new MetadataEvents.MessagesSetAside("SCHEDULE_TOPIC_XXXX", 3, [7]));
        state.Apply(new MetadataEvents.MessagesSetAside("SCHEDULE_TOPIC_XXXX", 4, [7]));
        state.Apply(new MetadataEvents.MessagesSetAside("SCHEDULE_TOPIC_XXXX", 4, []));
        var bytes = Serializer.ToBinary(state.ToSnapshot());
        Assert.EndsWith("""
            "locks":[],"setAside":[{"topic":"SCHEDULE_TOPIC_XXXX","queueId":3,"offsets":[7]}]}
            """, Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal([7], Assert.Single(new MetadataState((MetadataSnapshot)Serializer.FromBinary(bytes, "sn")).SetAside).Offsets);
    }

    [Fact]
    public void Settings_of_the_name_server_are_stored_as_these_bytes_and_read_back()
    {
        var bytes = """{"entries":[{"namespace":"n","key":"k","value":"v","version":1690000000000,"broker":"broker-a"},{"namespace":"n","key":"gone","value":null,"version":2,"broker":"broker-b"}],"forgotten":[{"namespace":"n","key":"old"}]}"""u8.ToArray();
        var changed = new MetadataEvents.KeyValuesChanged(
            [new("n", "k", "v", 1690000000000, "broker-a"), new("n", "gone", null, 2, "broker-b")], [new KeyValueName("n", "old")]);
        Assert.Equal("kv", Serializer.Manifest(changed));
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(Serializer.ToBinary(changed)));
        var read = Assert.IsType<MetadataEvents.KeyValuesChanged>(Serializer.FromBinary(bytes, "kv"));
        Assert.Equal(changed.Entries, read.Entries);
        Assert.Equal(changed.Forgotten, read.Forgotten);
        Assert.Null(Assert.IsType<MetadataEvents.KeyValuesChanged>(Serializer.FromBinary("""{"entries":[]}"""u8.ToArray(), "kv")).Forgotten);
    }

    [Fact]
    public void A_snapshot_with_settings_has_them_behind_the_rest()
    {
        var state = new MetadataState();
        state.Apply(new MetadataEvents.KeyValuesChanged([new("n", "k", "v", 5, "broker-a")]));
        var bytes = Serializer.ToBinary(state.ToSnapshot());
        Assert.EndsWith("""
            "locks":[],"keyValues":[{"namespace":"n","key":"k","value":"v","version":5,"broker":"broker-a"}]}
            """, Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal(state.KeyValues, new MetadataState((MetadataSnapshot)Serializer.FromBinary(bytes, "sn")).KeyValues);
    }

    [Fact]
    public void Snapshots_are_stored_as_these_bytes_and_read_back()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(
            """{"topics":[{"topic":"Orders","readQueueNums":8,"writeQueueNums":8,"perm":6,"topicSysFlag":0,"order":false}],""",
            """
            "groups":[{"groupName":"g","consumeEnable":true,"consumeFromMinEnable":true,"consumeBroadcastEnable":true,"retryQueueNums":1,"retryMaxTimes":16,"brokerId":0,"whichBrokerWhenConsumeSlowly":1,"notifyConsumerIdsChangedEnable":true}],
            """,
            """
            "offsets":[{"g":"g","t":"Orders","q":[0,3],"o":[12,7]}],"nextOrdinal":5,
            """,
            """
            "ordinals":[{"topic":"Orders","queueId":0,"ordinal":4,"basePosition":0}],
            """,
            """
            "locks":[{"group":"g","topic":"Orders","queueId":0,"clientId":"c","expiry":99}]}
            """));
        Assert.Equal("sn", Serializer.Manifest(Assert.IsType<MetadataSnapshot>(Serializer.FromBinary(bytes, "sn"))));
        var state = new MetadataState((MetadataSnapshot)Serializer.FromBinary(bytes, "sn"));
        Assert.Equal(bytes, Serializer.ToBinary(state.ToSnapshot()));
        Assert.True(state.TryGetOffset("g", "Orders", 3, out var offset));
        Assert.Equal(7, offset);
    }

    [Fact]
    public void A_member_of_a_newer_version_is_ignored() =>
        Assert.Equal(new MetadataEvents.TopicDeleted("Orders"), Serializer.FromBinary("""{"topic":"Orders","reason":"test"}"""u8.ToArray(), "td"));

    [Theory]
    [InlineData("tc", """{"config":{"topic":"Orders","readQueueNums":8,"writeQueueNums":4,"perm":6,"topicSysFlag":1,"order":true,"quota":{"bytes":7},"owner":"x"}}""")]
    [InlineData("gc", """{"config":{"groupName":"g","consumeEnable":true,"consumeFromMinEnable":false,"consumeBroadcastEnable":true,"retryQueueNums":2,"retryMaxTimes":3,"brokerId":4,"whichBrokerWhenConsumeSlowly":5,"notifyConsumerIdsChangedEnable":false,"owner":"x"}}""")]
    public void Members_of_a_newer_version_in_a_topic_or_group_are_kept(string manifest, string json)
    {
        var read = Serializer.FromBinary(Encoding.UTF8.GetBytes(json), manifest);
        Assert.Equal(json, Encoding.UTF8.GetString(Serializer.ToBinary(read)));
        var state = new MetadataState();
        state.Apply((IMetadataEvent)read);
        Assert.Contains("\"owner\":\"x\"", Encoding.UTF8.GetString(Serializer.ToBinary(state.ToSnapshot())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_that_an_older_version_did_not_write_takes_its_default()
    {
        var read = Assert.IsType<MetadataEvents.GroupChanged>(Serializer.FromBinary("""{"config":{"groupName":"g"}}"""u8.ToArray(), "gc"));
        Assert.Equal(new SubscriptionGroupConfig("g"), read.Config);
    }

    [Theory]
    [InlineData("td", "{}")]
    [InlineData("td", """{"topic":null}""")]
    [InlineData("td", "")]
    [InlineData("td", "null")]
    [InlineData("oc", """{"offsets":[{"g":"g","t":"Orders","q":[0,1],"o":[12]}]}""")]
    [InlineData("zz", "{}")]
    public void What_can_not_be_read_is_refused_with_its_manifest(string manifest, string json)
    {
        var refused = Assert.Throws<SerializationException>(() => Serializer.FromBinary(Encoding.UTF8.GetBytes(json), manifest));
        Assert.Contains($"'{manifest}'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Anything_else_is_not_serialized() => Assert.Throws<ArgumentException>(() => Serializer.ToBinary("text"));
}
