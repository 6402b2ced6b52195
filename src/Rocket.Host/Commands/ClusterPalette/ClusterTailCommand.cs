using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using Rocket.Actors.Membership;

namespace Rocket.Host.Commands.ClusterPalette;

/// <summary>What happens to the members, as it happens.</summary>
internal sealed class ClusterTailCommand : ITailCommand
{
    /// <summary>Events that an asker may be behind; one that is further behind is let go.</summary>
    private const int Backlog = 1000;

    public CommandDescription Description { get; } = new(
        "cluster", "tail", "how the members stand, then what happens to them, until Ctrl+C")
    {
        Details = """
            event  joined, weakly-up, up, leaving, exiting, downed, removed: the member's status
                   unreachable, reachable: whether somebody still hears it
                   leader: it acts on the members' status from now on
            """,
    };

    public async IAsyncEnumerable<TailLine> RunAsync(
        CommandArguments arguments, CommandContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var listener = new Listener();
        context.Node.MembershipActor.Tell(new MembershipProtocol.Watch(listener));
        try
        {
            await foreach (var happened in listener.Events.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                yield return new TailLine(happened.Time, happened.Kind, happened.Node, happened.Address);
            }
        }
        finally
        {
            context.Node.MembershipActor.Tell(new MembershipProtocol.Unwatch(listener));
        }
    }

    private sealed class Listener : IMembershipListener
    {
        private readonly Channel<MembershipEvent> _events = Channel.CreateBounded<MembershipEvent>(Backlog);

        public ChannelReader<MembershipEvent> Events => _events.Reader;

        public void Happened(MembershipEvent happened)
        {
            if (!_events.Writer.TryWrite(happened))
            {
                _events.Writer.TryComplete();
            }
        }
    }
}
