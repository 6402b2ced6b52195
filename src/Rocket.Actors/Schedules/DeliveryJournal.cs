using Akka.Actor;
using Rocket.Actors.Metadata;

namespace Rocket.Actors.Schedules;

/// <summary>
/// Makes durable how far the deliveries of one actor have come: one time after the other, at most every <see cref="Interval"/>; and ends that actor when every delivery is answered and that is durable, so
/// that the next leader delivers none of them again.
/// </summary>
/// <param name="metadata">The broker's metadata.</param>
/// <param name="deliverer">Knows what is set aside, and what is not answered.</param>
internal sealed class DeliveryJournal(IActorRef metadata, Deliverer deliverer)
{
    /// <summary>Milliseconds in which what is written and not shown yet will be shown, unless its copies are slow.</summary>
    public const int UntilShown = 10;

    /// <summary>Milliseconds that a stop waits for copies to have what was delivered; else the next leader delivers it again.</summary>
    private const int StopPatience = 2000;

    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);

    private int _underWay;
    private long _stopBy;

    public bool IsStopping { get; private set; }

    /// <summary>Whether everything that was written is durable.</summary>
    public bool IsIdle => _underWay == 0;

    /// <summary>Whether it is time to begin to wait for the next <see cref="ScheduleProtocol.CommitDue"/>, if there is something new.</summary>
    public bool MayWait(ITimerScheduler timers) => IsIdle && !timers.IsTimerActive(nameof(ScheduleProtocol.CommitDue));

    public void Wait(ITimerScheduler timers) => timers.StartSingleTimer(nameof(ScheduleProtocol.CommitDue), ScheduleProtocol.CommitDue.Instance, Interval);

    /// <summary>Journals what is set aside, which has to come before whatever says that it was passed.</summary>
    public void WriteAside()
    {
        foreach (var queue in deliverer.TakeChangedAside())
        {
            Write(queue);
        }
    }

    /// <summary>Journals something; <see cref="MetadataProtocol.Persisted"/> follows.</summary>
    public void Write(IMetadataEvent happened)
    {
        _underWay++;
        metadata.Tell(new MetadataProtocol.Persist(happened));
    }

    /// <summary>Something is durable. False: something else is not yet.</summary>
    public bool Written() => --_underWay == 0;

    /// <summary>Nothing more is delivered.</summary>
    public void Stop(long now, ITimerScheduler timers)
    {
        (IsStopping, _stopBy) = (true, now + StopPatience);
        timers.CancelAll();
    }

    /// <summary>Ends the actor if it is to stop and may.</summary>
    public void EndIfDone(IActorContext context, long now, ITimerScheduler timers)
    {
        if (!IsStopping || !IsIdle || !deliverer.IsIdle)
        {
            return;
        }

        if (deliverer.HasUnseen && now < _stopBy)
        {
            timers.StartSingleTimer(nameof(ScheduleProtocol.LookDue), ScheduleProtocol.LookDue.Instance, TimeSpan.FromMilliseconds(UntilShown));
        }
        else
        {
            context.Stop(context.Self);
        }
    }
}
