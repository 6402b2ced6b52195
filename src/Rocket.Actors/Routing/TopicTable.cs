using System.Diagnostics.CodeAnalysis;

namespace Rocket.Actors.Routing;

/// <summary>
/// Topic name to route. Immutable, in small shards of which a change copies only those that it touches: neither a look-up nor the
/// creation of one topic among 10 000 walks over the rest.
/// </summary>
internal sealed class TopicTable
{
    public static readonly TopicTable Empty = new(new Dictionary<string, TopicRoute>?[ShardCount], 0);

    private const int ShardCount = 256;

    private readonly Dictionary<string, TopicRoute>?[] _shards;

    private TopicTable(Dictionary<string, TopicRoute>?[] shards, int count)
    {
        _shards = shards;
        Count = count;
    }

    public int Count { get; }

    public IEnumerable<TopicRoute> Routes => _shards.Where(shard => shard is not null).SelectMany(shard => shard!.Values);

    public bool TryGet(ReadOnlySpan<char> topic, [MaybeNullWhen(false)] out TopicRoute route)
    {
        Dictionary<string, TopicRoute>? shard = _shards[ShardOf(topic)];
        if (shard is not null)
        {
            return shard.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(topic, out route);
        }

        route = null;
        return false;
    }

    /// <summary>Collects changes to a table and makes the next one; the table itself stays as it is.</summary>
    public Editor Edit() => new(this);

    // The process's own seed is good enough: the table never leaves it.
    private static int ShardOf(ReadOnlySpan<char> topic) => string.GetHashCode(topic) & (ShardCount - 1);

    internal sealed class Editor(TopicTable source)
    {
        private readonly Dictionary<string, TopicRoute>?[] _shards = (Dictionary<string, TopicRoute>?[])source._shards.Clone();
        private int _count = source.Count;

        /// <summary>Replaces, adds or (null) removes one broker's share in a topic.</summary>
        public void Set(string topic, string brokerName, TopicQueues? share)
        {
            int index = ShardOf(topic);
            TopicRoute? before = _shards[index]?.GetValueOrDefault(topic);
            TopicRoute? after = before is not null ? before.With(brokerName, share)
                : share is { } first ? new TopicRoute(topic, [first])
                : null;
            if (ReferenceEquals(before, after))
            {
                return;
            }

            Dictionary<string, TopicRoute> shard = Own(index);
            if (after is null)
            {
                shard.Remove(topic);
            }
            else
            {
                shard[topic] = after;
            }

            _count += (after is null ? 0 : 1) - (before is null ? 0 : 1);
        }

        public TopicTable ToTable() => new(_shards, _count);

        private Dictionary<string, TopicRoute> Own(int index)
        {
            Dictionary<string, TopicRoute>? shared = source._shards[index];
            if (shared is null || ReferenceEquals(_shards[index], shared))
            {
                _shards[index] ??= new Dictionary<string, TopicRoute>(StringComparer.Ordinal);
                if (shared is not null)
                {
                    _shards[index] = new Dictionary<string, TopicRoute>(shared, StringComparer.Ordinal);
                }
            }

            return _shards[index]!;
        }
    }
}
