using System.Diagnostics;
using System.Globalization;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Xunit;

namespace Rocket.Host.Tests.Starting;

/// <summary>A data folder that cannot be used: one line that names it, and it is left as it is.</summary>
public sealed class DataFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rocket-start-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_folder_that_another_process_holds_is_refused_and_that_process_goes_on()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync();

        var line = await RefusedStart.OfAsync(OtherPorts(rocket.DataDir), _folder.FullName);

        Assert.Contains("rocket.data-dir", line, StringComparison.Ordinal);
        Assert.Contains(rocket.DataDir, line, StringComparison.Ordinal);
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "still here")).Succeeded();
        Assert.Equal(0, await rocket.StopAsync());

        // What was held is free now, and whole.
        await rocket.StartAgainAsync();
        await using var reader = await rocket.ConnectAsync();
        Assert.Single(await reader.ReadQueueAsync(topic));
    }

    [Fact]
    public async Task A_folder_of_a_newer_version_or_of_another_node_is_refused()
    {
        await using var rocket = await RocketProcess.StartAsync();
        var topic = await rocket.CreateTopicAsync();
        await using (var client = await rocket.ConnectAsync())
        {
            await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();
        }

        Assert.Equal(0, await rocket.StopAsync());
        var file = Path.Combine(rocket.DataDir, "format");
        var right = await File.ReadAllBytesAsync(file);
        foreach (var (format, named) in new[]
                 {
                     ("rocket-data 999 node1\n", "999"), ("rocket-data 2147483647 node1\n", "2147483647"), ("rocket-data 1 node7\n", "node7"),
                     ("something else\n", "format"), ("", "format"),
                 })
        {
            await File.WriteAllTextAsync(file, format);
            var before = RefusedStart.Contents(rocket.DataDir);

            var line = await RefusedStart.OfAsync(rocket.Arguments(), _folder.FullName);

            Assert.Contains("rocket.data-dir", line, StringComparison.Ordinal);
            Assert.Contains(rocket.DataDir, line, StringComparison.Ordinal);
            Assert.Contains(named, line, StringComparison.Ordinal);
            Assert.Equal(before, RefusedStart.Contents(rocket.DataDir));
        }

        await File.WriteAllBytesAsync(file, right);
        await rocket.StartAgainAsync();
        await using var reader = await rocket.ConnectAsync();
        Assert.Single(await reader.ReadQueueAsync(topic));
    }

    [Theory]
    [InlineData("@voter", 5, "format version")]
    [InlineData("@voter", 9, "checksum")]
    public async Task A_start_counter_of_a_newer_version_or_a_damaged_one_is_named_and_left_as_it_is(string name, int damagedByte, string reason)
    {
        await using var rocket = await RocketProcess.StartAsync();
        Assert.Equal(0, await rocket.StopAsync());
        var file = Path.Combine(rocket.DataDir, "placement", name);
        var right = await File.ReadAllBytesAsync(file);
        byte[] wrong = [.. right];
        wrong[damagedByte] = 0x7F;
        await File.WriteAllBytesAsync(file, wrong);

        var line = await RefusedStart.OfAsync(rocket.Arguments(), _folder.FullName);

        Assert.Contains(file, line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Equal(wrong, await File.ReadAllBytesAsync(file));
        await File.WriteAllBytesAsync(file, right);
        await rocket.StartAgainAsync();
    }

    [SkippableFact]
    public async Task A_disk_without_any_room_is_refused()
    {
        var disk = _folder.CreateSubdirectory("disk").FullName;
        Skip.IfNot(await RunAsync("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk), "mounting a tmpfs needs root");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(disk, "filler"), new byte[64 * 1024]);

            var line = await RefusedStart.OfAsync(OtherPorts(Path.Combine(disk, "data")), _folder.FullName);

            Assert.Contains("rocket.data-dir", line, StringComparison.Ordinal);
            Assert.Contains(disk, line, StringComparison.Ordinal);
        }
        finally
        {
            await RunAsync("umount", disk);
        }
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/data")]
    public async Task A_file_in_the_place_of_the_folder_is_refused(string path)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "file"), "mine");
        var before = RefusedStart.Contents(_folder.FullName);
        var dataDir = Path.Combine(_folder.FullName, path);

        var line = await RefusedStart.OfAsync(OtherPorts(dataDir), _folder.FullName);

        Assert.Contains("rocket.data-dir", line, StringComparison.Ordinal);
        Assert.Contains(dataDir, line, StringComparison.Ordinal);
        Assert.Equal(before, RefusedStart.Contents(_folder.FullName));
    }

    [SkippableFact]
    public async Task A_disk_that_cannot_be_written_is_refused()
    {
        var disk = _folder.CreateSubdirectory("disk").FullName;
        Skip.IfNot(await RunAsync("mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", disk), "mounting a tmpfs needs root");
        try
        {
            foreach (var dataDir in new[] { disk, Path.Combine(disk, "data") })
            {
                var line = await RefusedStart.OfAsync(OtherPorts(dataDir), _folder.FullName);

                Assert.Contains("rocket.data-dir", line, StringComparison.Ordinal);
                Assert.Contains(dataDir, line, StringComparison.Ordinal);
            }
        }
        finally
        {
            await RunAsync("umount", disk);
        }
    }

    private static IReadOnlyList<string> OtherPorts(string dataDir) =>
    [
        "--set", string.Create(CultureInfo.InvariantCulture, $"rocket.name-server.port={FreePorts.Take()}"),
        "--set", string.Create(CultureInfo.InvariantCulture, $"rocket.brokers.broker-a.port={FreePorts.Take()}"),
        "--set", string.Create(CultureInfo.InvariantCulture, $"akka.remote.dot-netty.tcp.port={FreePorts.Take()}"),
        "--set", "rocket.dashboard.port=off",
        "--set", $"rocket.data-dir=\"{dataDir}\"",
    ];

    private static async Task<bool> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
