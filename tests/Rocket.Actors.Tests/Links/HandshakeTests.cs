using CsCheck;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Xunit;

namespace Rocket.Actors.Tests.Links;

public sealed class HandshakeTests
{
    private static readonly byte[] DialedNonce = [.. Enumerable.Repeat((byte)1, LinkHello.NonceBytes)];
    private static readonly byte[] AcceptedNonce = [.. Enumerable.Repeat((byte)2, LinkHello.NonceBytes)];

    [Theory]
    [InlineData(null)]
    [InlineData("a secret of some length")]
    public void Two_nodes_of_one_cluster_link(string? secret)
    {
        var (dialing, accepting) = Shake(Identities.Of("node1"), secret, Identities.Of("node2"), secret);
        Assert.Equal("node2", Assert.IsType<HandshakeStep.Agreed>(dialing).Hello.Identity.NodeName);
        Assert.Equal("node1", Assert.IsType<HandshakeStep.Agreed>(accepting).Hello.Identity.NodeName);
    }

    public static TheoryData<string, string> Strangers => new()
    {
        { "cluster", "node2 belongs to cluster Cluster-A, node1 to Cluster-B (rocket.cluster-name)" },
        { "own name", "two nodes are called node2: give one of them another rocket.node-name" },
        { "unknown", "node2 knows no node node9; its rocket.voters are node1, node2, node3" },
        { "failover", "rocket.failover is automatic on node2, manual on node1" },
        { "address", "rocket.voters differ: node2 has node3 at 127.0.0.1:30912, node1 has node3 at 127.0.0.1:1" },
        { "more voters", "rocket.voters differ: node2 has no node4, node1 has node4 at 127.0.0.1:40912" },
        { "secret", "node1 has a rocket.replication.secret, node2 has none" },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public void A_node_that_does_not_belong_is_refused_and_both_sides_read_the_same_reason(string what, string reason)
    {
        var self = Identities.Of("node1");
        var stranger = what switch
        {
            "cluster" => self with { ClusterName = "Cluster-B" },
            "own name" => self with { NodeName = "node2" },
            "unknown" => self with { NodeName = "node9" },
            "failover" => self with { Failover = FailoverMode.Manual },
            "address" => self with { Voters = With("node3", "127.0.0.1:1") },
            "more voters" => self with { Voters = With("node4", "127.0.0.1:40912") },
            _ => self,
        };
        var (dialing, accepting) = Shake(stranger, what == "secret" ? "a secret of some length" : null, Identities.Of("node2"), null);
        Assert.Equal(new HandshakeStep.Refuse(reason), accepting);
        Assert.Equal(new HandshakeStep.Refused(reason), dialing);
    }

    [Fact]
    public void Different_secrets_are_refused_by_the_side_that_was_dialed_which_proves_nothing_before()
    {
        var (dialing, accepting) = Shake(Identities.Of("node1"), "one secret", Identities.Of("node2"), "another secret");
        const string reason = "rocket.replication.secret of node2 and of node1 differ";
        Assert.Equal((new HandshakeStep.Refused(reason), new HandshakeStep.Refuse(reason)), ((HandshakeStep.Refused)dialing, (HandshakeStep.Refuse)accepting));
    }

    [Fact]
    public void A_node_that_answers_at_an_address_of_another_is_refused()
    {
        var (dialing, _) = Shake(Identities.Of("node1"), null, Identities.Of("node3"), null);
        Assert.Equal(new HandshakeStep.Refuse("at 127.0.0.1:20912, where node1 expects node2, answers node3 (rocket.voters)"), dialing);
        var (own, _) = Shake(Identities.Of("node1"), null, Identities.Of("node1"), null);
        Assert.Equal(new HandshakeStep.Refused("two nodes are called node1: give one of them another rocket.node-name"), own);
    }

    [Fact]
    public void A_version_that_is_of_no_use_is_refused_whatever_follows_it()
    {
        var hello = new LinkHello(9, 5, DialedNonce, false, Identities.Of("node1")).ToBytes()[..12];
        var refuse = Assert.IsType<HandshakeStep.Refuse>(Accepting(null).OnFrame(LinkKind.Hello, hello));
        Assert.Equal("node2 speaks versions 1 to 1 of the protocol between nodes, the other node 5 to 9: upgrade the older program", refuse.Reason);
        Assert.IsType<HandshakeStep.Send>(Accepting(null).OnFrame(LinkKind.Hello, new LinkHello(9, 1, DialedNonce, false, Identities.Of("node1")).ToBytes()));
    }

    [Fact]
    public void A_proof_is_worth_nothing_in_another_handshake_or_on_the_other_side()
    {
        var secret = new LinkSecret("a secret of some length");
        var dialing = HandshakeState.Dialing(Identities.Of("node1"), secret, DialedNonce, "node2");
        var hello = dialing.Begin();
        var answer = (HandshakeStep.Send)Accepting(secret).OnFrame(hello.Kind, hello.Payload);
        var proof = (HandshakeStep.Send)dialing.OnFrame(answer.Kind, answer.Payload);

        var other = HandshakeState.Accepting(Identities.Of("node2"), secret, DialedNonce);
        other.OnFrame(hello.Kind, hello.Payload);
        Assert.IsType<HandshakeStep.Refuse>(other.OnFrame(proof.Kind, proof.Payload));

        // The fake node that was dialed hands back what it got.
        Assert.IsType<HandshakeStep.Refuse>(dialing.OnFrame(LinkKind.Welcome, proof.Payload));
    }

    [Fact]
    public void The_secret_is_in_no_frame_and_in_no_text()
    {
        var secret = new LinkSecret("very-secret-indeed");
        var dialing = HandshakeState.Dialing(Identities.Of("node1"), secret, DialedNonce, "node2");
        var accepting = Accepting(secret);
        var hello = dialing.Begin();
        var answer = (HandshakeStep.Send)accepting.OnFrame(hello.Kind, hello.Payload);
        var proof = (HandshakeStep.Send)dialing.OnFrame(answer.Kind, answer.Payload);
        var agreed = (HandshakeStep.Agreed)accepting.OnFrame(proof.Kind, proof.Payload);
        foreach (var payload in new[] { hello.Payload, answer.Payload, proof.Payload, agreed.Welcome! })
        {
            Assert.Equal(-1, payload.AsSpan().IndexOf("very-secret"u8));
        }

        Assert.Equal("***", secret.ToString());
        Assert.DoesNotContain("very", new LinkSettings { Secret = secret }.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_out_of_turn_are_a_violation()
    {
        var hello = new LinkHello(1, 1, DialedNonce, false, Identities.Of("node1")).ToBytes();
        Assert.Throws<LinkViolationException>(() => Accepting(null).OnFrame(LinkKind.Proof, []));
        Assert.Throws<LinkViolationException>(() => Accepting(null).OnFrame(LinkKind.Refusal, HandshakeState.Refusal("no")));
        Assert.Throws<LinkViolationException>(() => Accepting(null).OnFrame(LinkKind.RecordBatch, []));
        var twice = Accepting(null);
        twice.OnFrame(LinkKind.Hello, hello);
        Assert.Throws<LinkViolationException>(() => twice.OnFrame(LinkKind.Hello, hello));
        Assert.Throws<LinkViolationException>(() => HandshakeState.Dialing(Identities.Of("node1"), null, DialedNonce, "node2").OnFrame(LinkKind.Welcome, []));
    }

    [Fact]
    public void A_reason_from_outside_is_made_safe_for_the_log()
    {
        var dialing = HandshakeState.Dialing(Identities.Of("node1"), null, DialedNonce, "node2");
        var refused = (HandshakeStep.Refused)dialing.OnFrame(LinkKind.Refusal, HandshakeState.Refusal("no\r\n2030-01-01 \u001b[31m" + new string('x', 5000)));
        Assert.StartsWith("no??2030-01-01 ?[31mxxx", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(400, refused.Reason.Length);
    }

    [Fact]
    public void The_bytes_of_a_hello_are_these()
    {
        var identity = new LinkIdentity("C", "n1", new Dictionary<string, string> { ["n1"] = "a:1" }, FailoverMode.Automatic, 7, 0x0102, "1.0");
        Assert.Equal(
            "524B544C494E4B0A" + "0001" + "0001" + "01010101010101010101010101010101" + "01" + "01" + "0000000000000007" + "0000000000000102"
            + "000143" + "00026E31" + "0003312E30" + "0001" + "00026E31" + "0003613A31",
            Convert.ToHexString(new LinkHello(1, 1, DialedNonce, true, identity).ToBytes()));
    }

    [Fact]
    public void A_hello_is_read_back_and_a_cut_or_changed_one_is_a_violation_or_another_hello()
    {
        var bytes = new LinkHello(1, 1, DialedNonce, true, Identities.Of("node1")).ToBytes();
        var read = LinkHello.Read(bytes);
        Assert.Equal((true, 7L), (read.HasSecret, read.Identity.StartCounter));
        Assert.Equal(Identities.Voters, read.Identity.Voters);
        Assert.Equal(bytes, read.ToBytes());
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<LinkViolationException>(() => LinkHello.Read(bytes.AsSpan(0, length)));
        }

        LinkHello.Read([.. bytes, 1, 2, 3]); // fields of a later version
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Sample((index, value) =>
        {
            var changed = (byte[])bytes.Clone();
            changed[index] = value;
            try
            {
                LinkHello.Read(changed);
            }
            catch (LinkViolationException)
            {
                // Noticed; anything else may not come out.
            }
        });
    }

    private static HandshakeState Accepting(LinkSecret? secret) => HandshakeState.Accepting(Identities.Of("node2"), secret, AcceptedNonce);

    private static Dictionary<string, string> With(string name, string address) => new(Identities.Voters, StringComparer.Ordinal) { [name] = address };

    // Plays both sides to their last steps; node1 dials node2.
    private static (HandshakeStep Dialing, HandshakeStep Accepting) Shake(LinkIdentity dials, string? dialsSecret, LinkIdentity accepts, string? acceptsSecret)
    {
        var dialing = HandshakeState.Dialing(dials, Secret(dialsSecret), DialedNonce, "node2");
        var accepting = HandshakeState.Accepting(accepts, Secret(acceptsSecret), AcceptedNonce);
        HandshakeStep step = dialing.Begin();
        HandshakeStep lastDialing = step, lastAccepting = step;
        for (var isDialing = false; ; isDialing = !isDialing)
        {
            var (kind, payload) = step switch
            {
                HandshakeStep.Send send => (send.Kind, send.Payload),
                HandshakeStep.Refuse refuse => (LinkKind.Refusal, HandshakeState.Refusal(refuse.Reason)),
                HandshakeStep.Agreed { Welcome: { } welcome } => (LinkKind.Welcome, welcome),
                _ => (LinkKind.None, []),
            };
            if (kind == LinkKind.None)
            {
                return (lastDialing, lastAccepting);
            }

            step = (isDialing ? dialing : accepting).OnFrame(kind, payload);
            if (isDialing)
            {
                lastDialing = step;
            }
            else
            {
                lastAccepting = step;
            }
        }

        static LinkSecret? Secret(string? text) => text is null ? null : new LinkSecret(text);
    }
}
