namespace Rocket.Simulation.Storage;

/// <summary>
/// The names in one folder, twice: as processes see them and as the disk holds them. A sync carries the changes over; a power cut
/// leaves the first few of those not synced, or any of them, in their order.
/// </summary>
internal sealed class SimulatedFolder
{
    private readonly Dictionary<string, object> durable = new(StringComparer.Ordinal);
    private readonly List<Action> unsynced = [];
    private SortedDictionary<string, object> names = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, object> Names => names;

    public void Add(string name, object node)
    {
        names.Add(name, node);
        unsynced.Add(() => durable[name] = node);
    }

    public void Delete(string name)
    {
        if (names.Remove(name))
            unsynced.Add(() => durable.Remove(name));
    }

    public void Rename(string from, string to)
    {
        var node = names[from];
        names.Remove(from);
        names[to] = node;
        unsynced.Add(() =>
        {
            durable.Remove(from);
            durable[to] = node;
        });
    }

    public void Sync()
    {
        foreach (var change in unsynced)
            change();
        unsynced.Clear();
    }

    public void PowerCut(Random random)
    {
        var inOrder = random.Next(2) == 0;
        var kept = random.Next(unsynced.Count + 1);
        for (var i = 0; i < unsynced.Count; i++)
        {
            if (inOrder ? i < kept : random.Next(2) == 0)
                unsynced[i]();
        }

        unsynced.Clear();
        names = new SortedDictionary<string, object>(durable, StringComparer.Ordinal);
        foreach (var node in names.Values)
        {
            if (node is SimulatedFolder folder)
                folder.PowerCut(random);
            else
                ((SimulatedFile)node).PowerCut(random);
        }
    }
}
