using Akka.Actor;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Metadata;
using Rocket.Protocol.Codes;

namespace Rocket.Actors.Cluster;

/// <summary>The name server's settings, of which each broker has all in its metadata: decided here, journalled, published, answered.</summary>
public sealed partial class BrokerActor
{
    /// <summary>Entries that share one event when they are taken over from another broker: some MiB at most.</summary>
    private const int AdoptedAtATime = 100;

    private readonly KeyValueBook _keyValues = new();
    private readonly Dictionary<IMetadataEvent, (IActorRef Asker, KeyValuesProtocol.WriteSettled Answer)> _keyValueAskers = new(ReferenceEqualityComparer.Instance);
    private bool _publishesLater;

    /// <summary>The settings come first: who finds the broker's routes here finds them too.</summary>
    private void PublishWithKeyValues()
    {
        _node.KeyValuesActor.Tell(new KeyValuesProtocol.PublishAll(Name, _epoch.Value, [.. _keyValues.Entries]));
        if (_keyValues.Entries.Count > 0)
        {
            _publishesLater = true;
        }
        else
        {
            PublishAll();
        }
    }

    private void KeyValuesPublished()
    {
        if (_publishesLater)
        {
            _publishesLater = false;
            PublishAll();
        }
    }

    private void WriteKeyValue(KeyValuesProtocol.WriteOrdered order)
    {
        var now = _node.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var decision = _keyValues.Write(Name, order.Name, order.Value, order.KnownVersion, _node.KeyValues.State, now, _node.Settings.Limits);
        var answer = decision.Refusal is { } reason
            ? new KeyValuesProtocol.WriteSettled(order.Number, ResponseCode.SystemError, reason, null)
            : new KeyValuesProtocol.WriteSettled(order.Number, ResponseCode.Success, "", decision.Outcome);
        if (decision.Entry is not { } entry)
        {
            Sender.Tell(answer);
            return;
        }

        var changed = new MetadataEvents.KeyValuesChanged([entry], decision.Forgotten.Count > 0 ? decision.Forgotten : null);
        _keyValueAskers.Add(changed, (Sender, answer));
        _metadata.Tell(new MetadataProtocol.Persist(changed));
    }

    private void Adopt(KeyValuesProtocol.Adopt news)
    {
        var adoption = _keyValues.Adopt(news.Entries, _node.KeyValues.State);
        var forgotten = adoption.Forgotten.Count > 0 ? adoption.Forgotten : null;
        foreach (var some in adoption.Entries.Chunk(AdoptedAtATime))
        {
            _metadata.Tell(new MetadataProtocol.Persist(new MetadataEvents.KeyValuesChanged(some, forgotten)));
            forgotten = null;
        }
    }

    private void KeyValuesChanged(MetadataEvents.KeyValuesChanged changed)
    {
        _node.KeyValuesActor.Tell(new KeyValuesProtocol.PublishSome(Name, _epoch.Value, changed.Entries, changed.Forgotten ?? []));
        if (_keyValueAskers.Remove(changed, out var waiting))
        {
            waiting.Asker.Tell(waiting.Answer);
        }
    }
}
