using System.Globalization;
using Rocket.Benchmarks.Compare;
using Rocket.Benchmarks.Floor;
using Rocket.Benchmarks.Load;
using Xunit;

namespace Rocket.TestClient.Tests.Load;

public sealed class FloorTests
{
    [Fact]
    public async Task The_floor_answers_every_send_and_leaves_no_file()
    {
        var folder = Directory.CreateTempSubdirectory("rocket-floor-").FullName;
        var port = FreePorts.Find(1)[0].ToString(CultureInfo.InvariantCulture);
        try
        {
            await using (var floor = await ChildProcess.StartAsync(
                typeof(FloorCommand).Assembly.Location,
                ["floor", "--port", port, "--file", Path.Combine(folder, "bodies")],
                "Floor ready",
                TimeSpan.FromSeconds(60),
                CancellationToken.None))
            {
                foreach (var options in new string[][] { [], ["--serialize", "binary"], ["--mode", "batch"], ["--size", "300000", "--in-flight", "4"] })
                {
                    var report = await LoadCommand.RunAsync(LoadOptions.Parse(["--name-server", $"127.0.0.1:{port}", "--count", "320", .. options]));
                    Assert.Equal(320, report.Produced!.Sum.Messages);
                    Assert.False(report.HasFailed);
                }

                Assert.NotEmpty(Directory.GetFiles(folder));
            }

            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
