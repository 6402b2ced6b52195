using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Metadata;

/// <summary>
/// Holds changes of the metadata back while the disk is full to the brim: one that could not be written would cost the broker its journal, and with it
/// the pulls that need no room. Once there is some, they go on in their order.
/// </summary>
internal sealed class RoomForMetadata(string broker, Func<bool> hasRoom, LineSpacing lines, ITimerScheduler timers, IStash stash, ILoggingAdapter logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private bool _waits;
    private bool _isTold;
    private bool _givenUp;

    /// <summary>Whether the change that is being handled has to wait; it is stashed then.</summary>
    public bool HoldsBack()
    {
        if (_givenUp || (!_waits && hasRoom()))
        {
            return false;
        }

        stash.Stash();
        if (!_waits)
        {
            _waits = true;
            TellThatTheyWait();
            LookAgainSoon();
        }

        return true;
    }

    /// <summary>Lets everything go on if there is room now.</summary>
    public void Look()
    {
        if (!_waits)
        {
            return;
        }

        if (hasRoom())
        {
            _waits = false;
            stash.UnstashAll();
            if (_isTold)
            {
                logger.Info("Broker {0}: changes of its metadata are written again.", broker);
                _isTold = false;
            }
        }
        else
        {
            TellThatTheyWait();
            LookAgainSoon();
        }
    }

    /// <summary>The broker stops: what waits is tried, come what may.</summary>
    public void GiveUp()
    {
        _givenUp = true;
        timers.Cancel(nameof(MetadataProtocol.RoomDue));
        stash.UnstashAll();
    }

    private void TellThatTheyWait()
    {
        if (!_isTold && lines.IsDue())
        {
            logger.Warning("Broker {0}: changes of its metadata, consumer offsets among them, wait for room on the disk. Pulls go on.", broker);
            _isTold = true;
        }
    }

    private void LookAgainSoon() => timers.StartSingleTimer(nameof(MetadataProtocol.RoomDue), MetadataProtocol.RoomDue.Instance, Pause);
}
