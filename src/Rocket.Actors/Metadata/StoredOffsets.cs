namespace Rocket.Actors.Metadata;

/// <summary>
/// <see cref="MetadataEvents.OffsetsCommitted"/> as it is stored: neighbours of the same group and topic share their names, which otherwise
/// make up most of the journal.
/// </summary>
internal sealed record StoredOffsets(IReadOnlyList<TopicOffsets> Offsets)
{
    /// <summary>The stored form; the order stays as it is, because the last commit of a queue wins.</summary>
    public static StoredOffsets Of(MetadataEvents.OffsetsCommitted committed)
    {
        List<TopicOffsets> runs = [];
        List<int> queueIds = [];
        List<long> offsets = [];
        for (var index = 0; index < committed.Offsets.Count; index++)
        {
            var (group, topic, queueId, offset) = committed.Offsets[index];
            if (runs.Count == 0 || runs[^1].Group != group || runs[^1].Topic != topic)
            {
                runs.Add(new TopicOffsets(group, topic, queueIds = [], offsets = []));
            }

            queueIds.Add(queueId);
            offsets.Add(offset);
        }

        return new StoredOffsets(runs);
    }

    /// <summary>The event again.</summary>
    /// <exception cref="FormatException">Queues and offsets don't go together.</exception>
    public MetadataEvents.OffsetsCommitted ToEvent()
    {
        List<CommittedOffset> committed = [];
        foreach (var (group, topic, queueIds, offsets) in Offsets)
        {
            if (queueIds.Count != offsets.Count)
            {
                throw new FormatException($"Group {group}, topic {topic}: {queueIds.Count} queues, but {offsets.Count} offsets.");
            }

            for (var index = 0; index < queueIds.Count; index++)
            {
                committed.Add(new CommittedOffset(group, topic, queueIds[index], offsets[index]));
            }
        }

        return new MetadataEvents.OffsetsCommitted(committed);
    }
}
