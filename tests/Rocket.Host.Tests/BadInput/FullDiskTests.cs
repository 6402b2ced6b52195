using System.Diagnostics;
using System.Globalization;
using Rocket.Host.Tests.Recovery;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>A disk without room: a small file system in memory, which only root can make.</summary>
public sealed class FullDiskTests
{
    [SkippableTheory]
    [InlineData("async-flush")]
    [InlineData("sync-flush")]
    public async Task A_full_disk_refuses_sends_keeps_what_it_confirmed_and_serves_pulls(string flush)
    {
        using var disk = SmallDisk.TryMount(megabytes: 24);
        Skip.If(disk is null, "mounting a tmpfs needs root");
        var filler = Path.Combine(disk.Folder, "filler");
        await File.WriteAllBytesAsync(filler, new byte[8 * 1024 * 1024]);
        await using var rocket = await RocketProcess.StartAsync(
            $"rocket.data-dir=\"{disk.Folder}/data\"", $"rocket.broker-defaults.flush-disk-type={flush}");
        var topic = await rocket.CreateTopicAsync(queues: 2);
        var receipts = new SendReceipts();
        await using (var client = await rocket.ConnectAsync())
        {
            await FillAsync();
            for (var queueId = 0; queueId < 2; queueId++)
            {
                var full = await client.SendAsync(SendRequest.For(topic, new byte[300_000], queueId: queueId));
                Assert.Equal(ResponseCode.ServiceNotAvailable, full.Code);
                Assert.StartsWith(
                    "service not available now. It may be caused by one of the following reasons: the broker's disk is full",
                    full.Remark,
                    StringComparison.Ordinal);
            }

            await receipts.AssertAllThereAsync(rocket);

            async Task FillAsync()
            {
                for (var i = 0; i < 200; i++)
                {
                    var request = SendRequest.For(topic, new byte[300_000], queueId: i % 2);
                    var answer = await client.SendAsync(request);
                    if (!answer.IsSuccess)
                    {
                        Assert.Equal(ResponseCode.ServiceNotAvailable, answer.Code);
                        return;
                    }

                    receipts.Add(request, answer);
                }

                Assert.Fail("the disk was never full");
            }
        }

        Assert.InRange(receipts.Count, 10, 60);
        await rocket.KillAsync();
        File.Delete(filler);
        await rocket.StartAgainAsync();

        await receipts.AssertAllThereAsync(rocket);
        await using var producer = await rocket.ConnectAsync();
        for (var queueId = 0; queueId < 2; queueId++)
        {
            await producer.SendAsync(SendRequest.For(topic, "room again", queueId: queueId)).Succeeded();
        }
    }

    private sealed class SmallDisk : IDisposable
    {
        private SmallDisk(string folder) => Folder = folder;

        public string Folder { get; }

        public static SmallDisk? TryMount(int megabytes)
        {
            var folder = Directory.CreateTempSubdirectory("rocket-disk-").FullName;
            if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes.ToString(CultureInfo.InvariantCulture)}m", "tmpfs", folder))
            {
                return new SmallDisk(folder);
            }

            Directory.Delete(folder);
            return null;
        }

        public void Dispose()
        {
            Run("umount", Folder);
            Directory.Delete(Folder);
        }

        private static bool Run(string command, params string[] arguments)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true });
                process!.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
