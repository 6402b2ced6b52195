using System.Buffers;
using CsCheck;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Links;

public sealed class NodeStatusTests
{
    private static readonly NodeStatus Status = new(
        "n1", 0x0102, 7, 9, "a:1", -2, "h", Votes: true, new Ballot(0x301), ["n2", "n3"], [new HeldReplicas("b", ["n1"], 10911)])
    {
        Removed = [-3],
        Members = ["n1"],
        IsAloneInSync = true,
        IsLeaving = true,
    };

    private static readonly Gen<string> Name = Gen.Char["abü-%/"].Array[0, 5].Select(chars => new string(chars));

    private static readonly Gen<CopyDoubt?> Doubt = Gen.Select(Gen.Bool, Gen.Long, Gen.Long, (isDoubtful, epoch, length) => isDoubtful ? new CopyDoubt(epoch, length) : null);

    private static readonly Gen<NodeStatus> AnyStatus = Gen.Select(
        Gen.Select(Name, Gen.Long, Gen.Long, Gen.Long, Name, Gen.Int, Name),
        Gen.Select(
            Gen.Bool,
            Gen.Long,
            Name.Array[0, 4],
            Gen.Select(Name, Name.Array[0, 3], Gen.Int[0, ushort.MaxValue], Doubt, (name, replicas, port, doubt) => new HeldReplicas(name, [.. replicas], port, doubt)).Array[0, 3],
            Gen.Select(Gen.Int.Array[0, 3], Name.Array[0, 3], Gen.Bool, Gen.Bool)),
        (who, how) => new NodeStatus(who.Item1, who.Item2, who.Item3, who.Item4, who.Item5, who.Item6, who.Item7, how.Item1, new Ballot(how.Item2), [.. how.Item3], [.. how.Item4])
        {
            Removed = [.. how.Item5.Item1],
            Members = [.. how.Item5.Item2],
            IsAloneInSync = how.Item5.Item3,
            IsLeaving = how.Item5.Item4,
        });

    [Fact]
    public void The_bytes_of_a_status_are_these()
    {
        Assert.Equal(Plain + "0000", Convert.ToHexString(Bytes(Status)));
        var doubtful = Status with { Brokers = [Status.Brokers[0] with { Doubt = new CopyDoubt(0x301, 99) }] };
        Assert.Equal(Plain + "0001" + "0000" + "0000000000000301" + "0000000000000063", Convert.ToHexString(Bytes(doubtful)));
    }

    private const string Plain =
        "01" + "00026E31" + "0000000000000102" + "0000000000000007" + "0000000000000009" + "0003613A31" + "FFFFFFFFFFFFFFFE" + "000168" + "01"
        + "0000000000000301" + "0002" + "00026E32" + "00026E33" + "0001" + "000162" + "0001" + "00026E31" + "2A9F" + "0001" + "FFFFFFFFFFFFFFFD" + "0001" + "00026E31" + "01" + "01";

    [Fact]
    public void Every_status_is_read_back() => AnyStatus.Sample(status =>
    {
        var read = NodeStatusCodec.Read(Bytes(status));
        Assert.True(read.SaysTheSameAs(status));
        Assert.Equal(status.Version, read.Version);
    });

    [Fact]
    public void A_cut_or_changed_status_is_a_violation_or_another_status_and_fields_of_a_later_version_are_left_out()
    {
        var bytes = Bytes(Status);
        var withoutDoubts = bytes.Length - sizeof(ushort);
        var withoutMembers = withoutDoubts - sizeof(ushort) - sizeof(long) - sizeof(ushort) - 4 - 2;
        var withoutPorts = withoutMembers - sizeof(ushort);
        for (var length = 0; length < bytes.Length; length++)
        {
            if (length != withoutPorts && length != withoutMembers && length != withoutDoubts)
            {
                Assert.Throws<LinkViolationException>(() => NodeStatusCodec.Read(bytes.AsSpan(0, length)));
            }
        }

        Assert.Equal(new HeldReplicas("b", ["n1"], Port: 0), Assert.Single(NodeStatusCodec.Read(bytes.AsSpan(0, withoutPorts)).Brokers));
        Assert.True(NodeStatusCodec.Read(bytes.AsSpan(0, withoutMembers)).SaysTheSameAs(Status with { Removed = [], Members = [], IsAloneInSync = false, IsLeaving = false }));
        Assert.True(NodeStatusCodec.Read([.. bytes, 1, 2, 3]).SaysTheSameAs(Status));
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Sample((place, value) =>
        {
            var changed = (byte[])bytes.Clone();
            changed[place] = value;
            try
            {
                NodeStatusCodec.Read(changed);
            }
            catch (LinkViolationException)
            {
                // Noticed; nothing else may come out.
            }
        });
    }

    [Fact]
    public void A_status_says_the_same_whatever_its_version_is()
    {
        Assert.True(Status.SaysTheSameAs(Status with { Version = 100, Hears = ["n2", "n3"] }));
        Assert.False(Status.SaysTheSameAs(Status with { Hears = ["n2"] }));
        Assert.False(Status.SaysTheSameAs(Status with { Votes = false }));
        Assert.False(Status.SaysTheSameAs(Status with { Removed = [] }));
        Assert.False(Status.SaysTheSameAs(Status with { Members = [] }));
        Assert.False(Status.SaysTheSameAs(Status with { IsAloneInSync = false }));
        Assert.False(Status.SaysTheSameAs(Status with { IsLeaving = false }));
        Assert.False(Status.SaysTheSameAs(Status with { Brokers = [] }));
        Assert.True(Status.IsInCluster && !Status.IsWitness);
    }

    private static byte[] Bytes(NodeStatus status)
    {
        var output = new ArrayBufferWriter<byte>();
        NodeStatusCodec.Write(output, status);
        return output.WrittenSpan.ToArray();
    }
}
