using System.Buffers;
using System.Text;
using Rocket.Actors.Clients;
using Rocket.Actors.Cluster;
using Rocket.Host.Configuration;
using Rocket.Host.Gateway;
using Rocket.Host.Gateway.Calls;
using Rocket.Host.Gateway.Memory;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Xunit;

namespace Rocket.Host.Tests.Calls;

/// <summary>What the server has asked one client: matched, bounded, and given up when the client is gone.</summary>
public sealed class ClientCallTableTests
{
    private const int FreeBytes = 64 * 1024;

    private readonly GatewayMemory _memory = new(Limits(), new ConnectionRegistry(100));
    private readonly OutstandingBudget _outstanding;
    private readonly ClientCallTable _table;
    private int _opaque;

    public ClientCallTableTests()
    {
        _outstanding = new OutstandingBudget(1 << 20, _memory);
        _table = new ClientCallTable(_outstanding, _memory);
    }

    [Fact]
    public async Task An_answer_goes_to_the_call_of_its_number()
    {
        var (first, second) = (Take(), Take());

        Answer(second.Opaque, "two");
        Answer(first.Opaque, "one");

        Assert.Equal(("one", "two"), (await BodyOf(first), await BodyOf(second)));
        Assert.Equal(0, _table.Awaited);
    }

    [Fact]
    public async Task Only_the_first_answer_counts_and_a_late_one_is_left_out()
    {
        var (call, given) = (Take(), Take());
        _table.GiveUp(given);

        Answer(call.Opaque, "first");
        Answer(call.Opaque, "second");
        Answer(given.Opaque, "late");
        Answer(12_345, "never asked");

        Assert.Equal("first", await BodyOf(call));
        Assert.False(given.Answer.IsCompleted);
    }

    [Fact]
    public async Task The_end_of_the_connection_ends_every_call_and_those_that_come_later()
    {
        var calls = new[] { Take(), Take() };

        _table.End();

        foreach (var call in calls)
        {
            Assert.Same(ClientAnswer.Lost, await call.Answer);
        }

        Assert.Same(ClientAnswer.Lost, _table.TakeIn(NewCall()));
    }

    [Fact]
    public void No_more_calls_wait_than_are_allowed()
    {
        var calls = Enumerable.Range(0, ClientCallTable.MostCalls).Select(number => Take(isOneway: number % 2 == 0)).ToList();

        Assert.Same(ClientAnswer.Refused, _table.TakeIn(NewCall()));
        Assert.Same(ClientAnswer.Refused, _table.TakeIn(NewCall(isOneway: true)));

        calls[0].Completed();
        Take();
    }

    [Fact]
    public void A_client_that_reads_nothing_does_not_collect_bodies()
    {
        var large = Take(bytes: ClientCallTable.MostBytes * 2);
        Assert.Same(ClientAnswer.Refused, _table.TakeIn(NewCall(bytes: 1)));
        Take(bytes: 0);

        large.Completed();

        Take(bytes: ClientCallTable.MostBytes - 1);
        Take(bytes: 1);
        Assert.Same(ClientAnswer.Refused, _table.TakeIn(NewCall(bytes: 1)));
    }

    [Fact]
    public async Task While_all_connections_hold_too_much_only_small_things_pass()
    {
        var call = Take();
        _memory.Outstanding.Take(2 << 20);

        Assert.Same(ClientAnswer.Refused, _table.TakeIn(NewCall(bytes: FreeBytes + 1)));
        Take(bytes: FreeBytes);
        Answer(call.Opaque, new string('x', FreeBytes + 1));

        Assert.Same(ClientAnswer.Refused, await call.Answer);
    }

    [Fact]
    public void What_is_written_counts_no_more()
    {
        var calls = Enumerable.Range(0, 100).Select(number => Take(isOneway: number % 2 == 0, bytes: 1000)).ToList();
        Assert.False(_outstanding.IsEmpty);

        calls.ForEach(call => call.Completed());

        Assert.True(_outstanding.IsEmpty);
    }

    private PendingCall NewCall(bool isOneway = false, int bytes = 0) =>
        new(_table, new ClientRequest(1, _ => { }, new byte[bytes]), SerializeType.Json, ++_opaque, isOneway);

    private PendingCall Take(bool isOneway = false, int bytes = 0)
    {
        var call = NewCall(isOneway, bytes);
        Assert.Null(_table.TakeIn(call));
        return call;
    }

    private void Answer(int opaque, string body)
    {
        var encoder = new CommandEncoder();
        encoder.Start(SerializeType.RocketMq, 0, opaque, CommandFlags.Response);
        var output = new ArrayBufferWriter<byte>();
        encoder.WriteTo(output, 0);
        var frame = new ReadOnlySequence<byte>(output.WrittenMemory);
        Assert.True(FrameReader.TryRead(ref frame, new FrameLimits(int.MaxValue, int.MaxValue), out var read));
        var header = new CommandHeader();
        header.Decode(read.Header, read.SerializeType);
        _table.Answered(header, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)));
    }

    private static async Task<string> BodyOf(PendingCall call) => Encoding.UTF8.GetString((await call.Answer).Body.Span);

    private static LimitSettings Limits()
    {
        var (configuration, errors) = NodeConfiguration.Load(null, ["rocket.limits.outstanding-total=1 MiB"]);
        return configuration?.Node.Limits ?? throw new InvalidOperationException(string.Join('\n', errors));
    }
}
