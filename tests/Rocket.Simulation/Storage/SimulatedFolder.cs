namespace Rocket.Simulation.Storage;

/// <summary>
/// The names in one folder, twice: as processes see them and as the disk holds them. A sync carries the changes over; a power cut
/// leaves the first few of those not synced, or any of them, in their order.
/// </summary>
internal sealed class SimulatedFolder
{
    private readonly Dictionary<string, object> _durable = new(StringComparer.Ordinal);
    private readonly List<Action> _unsynced = [];
    private SortedDictionary<string, object> _names = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, object> Names => _names;

    public void Add(string name, object node)
    {
        _names.Add(name, node);
        _unsynced.Add(() => _durable[name] = node);
    }

    public void Delete(string name)
    {
        if (_names.Remove(name))
        {
            _unsynced.Add(() => _durable.Remove(name));
        }
    }

    public void Rename(string from, string to)
    {
        var node = _names[from];
        _names.Remove(from);
        _names[to] = node;
        _unsynced.Add(() =>
        {
            _durable.Remove(from);
            _durable[to] = node;
        });
    }

    public void Sync()
    {
        foreach (var change in _unsynced)
        {
            change();
        }

        _unsynced.Clear();
    }

    public void PowerCut(Random random)
    {
        var inOrder = random.Next(2) == 0;
        var kept = random.Next(_unsynced.Count + 1);
        for (var i = 0; i < _unsynced.Count; i++)
        {
            if (inOrder ? i < kept : random.Next(2) == 0)
            {
                _unsynced[i]();
            }
        }

        _unsynced.Clear();
        _names = new SortedDictionary<string, object>(_durable, StringComparer.Ordinal);
        foreach (var node in _names.Values)
        {
            if (node is SimulatedFolder folder)
            {
                folder.PowerCut(random);
            }
            else
            {
                ((SimulatedFile)node).PowerCut(random);
            }
        }
    }
}
