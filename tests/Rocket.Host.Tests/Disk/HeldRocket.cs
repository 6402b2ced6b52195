using Rocket.Host.Tests.Running;

namespace Rocket.Host.Tests.Disk;

/// <summary>A node on a disk that a test can hold. At its end the disk goes on, whatever the test has held.</summary>
internal sealed class HeldRocket : IRunningNode, IAsyncDisposable
{
    private readonly RocketInProcess _node;

    private HeldRocket(HeldDisk disk, RocketInProcess node) => (Disk, _node) = (disk, node);

    public HeldDisk Disk { get; }

    public int NameServerPort => _node.NameServerPort;

    public int BrokerPort => _node.BrokerPort;

    public static async Task<HeldRocket> StartAsync(params string[] settings)
    {
        var disk = new HeldDisk();
        return new HeldRocket(disk, await RocketInProcess.StartAsync(disk.Over, settings: settings));
    }

    /// <summary>Asks it to stop and waits for its end; throws what it failed with.</summary>
    public Task StopAsync() => _node.StopAsync();

    public ValueTask DisposeAsync()
    {
        Disk.ReleaseAll();
        return _node.DisposeAsync();
    }
}
