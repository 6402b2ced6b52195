using System.IO.Pipelines;
using Rocket.Host.Gateway;
using Rocket.Host.Gateway.Memory;
using Rocket.Protocol.Headers;
using Xunit;

namespace Rocket.Host.Tests.Gateway;

/// <summary>The writers of connections among others that want the threads, too.</summary>
public sealed class ReplyWriterTests : IDisposable
{
    private readonly LookTurns _turns = new(2);

    public void Dispose() => _turns.Dispose();

    [Theory]
    [InlineData(true, false, 0)]
    [InlineData(true, true, 0)]
    [InlineData(false, false, 5)]
    public async Task Answers_that_take_time_do_not_keep_the_thread(bool takesTime, bool goOnWaiting, int preparedInARow)
    {
        var started = new Started(Environment.CurrentManagedThreadId);
        var replies = Enumerable.Range(0, 5).Select(_ => new Reply(takesTime, goOnWaiting, () => started.IsOver)).ToArray();
        var writer = WriterOf(replies);

        // It runs on this thread until it waits for the first time.
        var running = writer.RunAsync();
        started.IsOver = true;
        await running;

        Assert.Equal(preparedInARow, replies.Count(reply => !reply.Noted));
        Assert.All(replies, reply => Assert.Equal((true, !goOnWaiting), (reply.WasPrepared, reply.WasWritten)));
    }

    [Fact]
    public async Task Of_those_that_take_time_a_few_are_prepared_at_once_and_all_are_written()
    {
        var (running, most) = (0, 0);
        var replies = Enumerable.Range(0, 20).Select(number => Enumerable.Range(0, 10).Select(_ => new Reply(takesTime: true, goesOnWaiting: number % 3 == 0, Look)).ToArray()).ToArray();

        await Task.WhenAll(replies.Select(some => Task.Run(WriterOf(some).RunAsync)));

        Assert.InRange(most, 1, 2);
        Assert.All(replies.SelectMany(some => some), reply => Assert.True(reply.WasPrepared && reply.WasWritten != reply.GoesOnWaiting));

        bool Look()
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            Thread.SpinWait(2000);
            Interlocked.Decrement(ref running);
            return true;
        }
    }

    [Fact]
    public async Task What_waits_for_a_turn_or_for_room_when_the_client_leaves_is_completed()
    {
        var pipe = new Pipe();
        var writer = new ReplyWriter(pipe.Writer, new ByteRoom(1000), _turns, TimeProvider.System);
        var replies = Enumerable.Range(0, 5).Select(_ => new Reply(takesTime: true, goesOnWaiting: false, () => true)).ToArray();
        Array.ForEach(replies, writer.Enqueue);
        await pipe.Reader.CompleteAsync();

        await writer.RunAsync();

        Assert.All(replies, reply => Assert.True(reply.WasCompleted));
        Assert.DoesNotContain(replies, reply => reply.WasPrepared);
    }

    private ReplyWriter WriterOf(Reply[] replies)
    {
        var writer = new ReplyWriter(new Pipe().Writer, new ByteRoom(1000), _turns, TimeProvider.System);
        Array.ForEach(replies, writer.Enqueue);
        writer.Close();
        return writer;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private sealed class Started(int thread)
    {
        private volatile bool _isOver;

        public bool IsOver
        {
            get => _isOver || Environment.CurrentManagedThreadId != thread;
            set => _isOver = value;
        }
    }

    private sealed class Reply(bool takesTime, bool goesOnWaiting, Func<bool> note) : IReply
    {
        public bool GoesOnWaiting => goesOnWaiting;

        public bool Noted { get; private set; }

        public bool WasPrepared { get; private set; }

        public bool WasWritten { get; private set; }

        public bool WasCompleted { get; private set; }

        public bool TakesTime => takesTime;

        public int Prepare()
        {
            WasPrepared = true;
            Noted = note();
            return goesOnWaiting ? IReply.NotYet : 0;
        }

        public void WriteTo(CommandEncoder encoder, PipeWriter output) => WasWritten = true;

        public void Completed() => WasCompleted = true;
    }
}
