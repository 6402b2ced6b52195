using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Rocket.Actors.Storage;
using Rocket.Host.Configuration;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;

namespace Rocket.Host.Tests.Running;

/// <summary>
/// A whole node within the process of the tests, so that a test can stand between it and its disk or its clock. Its listeners, its actors and its files are
/// those of every node.
/// </summary>
internal sealed class RocketInProcess : IRunningNode, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rocket-test-");
    private readonly Task _running;

    private RocketInProcess(Func<IStorageDirectory, IStorageDirectory> disk, TimeProvider time, IEnumerable<string> settings)
    {
        var configuration = Load(settings);
        var files = disk(new FileDirectory(configuration.Node.DataDir, configuration.Node.Limits.MaxOpenFiles));
        _running = RocketHost.RunAsync(configuration, files, time, NullLoggerFactory.Instance, _stop.Token);
    }

    public int NameServerPort { get; } = FreePorts.Take();

    public int BrokerPort { get; } = FreePorts.Take();

    /// <summary>Starts a node and waits until it is ready.</summary>
    /// <param name="disk">Makes the disk that the node works on out of the real one.</param>
    /// <param name="time">Its clock; null: the real one.</param>
    /// <param name="settings"><c>key=value</c>, as behind <c>--set</c>.</param>
    public static async Task<RocketInProcess> StartAsync(
        Func<IStorageDirectory, IStorageDirectory> disk, TimeProvider? time = null, params string[] settings)
    {
        var rocket = new RocketInProcess(disk, time ?? TimeProvider.System, settings);
        try
        {
            await rocket.WaitUntilReadyAsync();
            return rocket;
        }
        catch
        {
            await rocket.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to stop and waits for its end; throws what it failed with.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        finally
        {
            _stop.Dispose();
            _folder.Delete(recursive: true);
        }
    }

    private NodeConfiguration Load(IEnumerable<string> settings)
    {
        var (configuration, errors) = NodeConfiguration.Load(
            null,
            [
                string.Create(CultureInfo.InvariantCulture, $"rocket.name-server.port={NameServerPort}"),
                string.Create(CultureInfo.InvariantCulture, $"rocket.brokers.broker-a.port={BrokerPort}"),
                "akka.remote.dot-netty.tcp.port=0",
                "rocket.dashboard.port=off",
                $"rocket.data-dir=\"{_folder.FullName}/data\"",
                .. settings,
            ]);
        return configuration ?? throw new ArgumentException(string.Join('\n', errors), nameof(settings));
    }

    /// <summary>Its listeners take connections before it is ready, and answer after that.</summary>
    private async Task WaitUntilReadyAsync()
    {
        await Eventually.HoldsAsync(async () =>
        {
            if (_running.IsCompleted)
            {
                await _running;
            }

            try
            {
                await using var client = await this.ConnectAsync();
                await client.ClusterInfoAsync(Patience).Succeeded();
                return true;
            }
            catch (RemotingConnectException)
            {
                return false;
            }
        });
    }
}
