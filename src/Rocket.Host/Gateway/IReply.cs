using System.IO.Pipelines;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway;

/// <summary>Something that a connection's writer turns into one frame.</summary>
internal interface IReply
{
    /// <summary>What <see cref="Prepare"/> returns of an answer that is not to be written yet.</summary>
    const int NotYet = -1;

    /// <summary>Whether <see cref="Prepare"/> may take milliseconds: it waits for a turn (<see cref="LookTurns"/>). Does not change.</summary>
    bool TakesTime => false;

    /// <summary>
    /// Looks up what is to be written, as late as that can be, and says how many bytes of body it comes to. Runs on the connection's writer, once,
    /// before <see cref="WriteTo"/>; does not throw. <see cref="NotYet"/>: it goes on waiting and will be handed over again; neither of the others is called.
    /// </summary>
    int Prepare();

    /// <summary>Writes the frame; runs on the connection's writer only, so encoder and output need no lock.</summary>
    void WriteTo(CommandEncoder encoder, PipeWriter output);

    /// <summary>The frame is in the output, or the connection is gone: what was held for it may go.</summary>
    void Completed();
}
