using System.Text.Json;
using Rocket.Host.Tests.CommandLine;
using Xunit;

namespace Rocket.Host.Tests.Offline;

/// <summary><c>dump FILE</c> on each kind of file.</summary>
[Collection(TwoBrokersCollection.Name)]
public sealed class DumpTests(TwoBrokersFolder filled) : IDisposable
{
    private const string FirstQueue = "brokers/broker-a/queues/Orders@0";
    private const string FirstSegment = FirstQueue + "/00000000000000000000";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rocket-dump-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Records_of_a_queue()
    {
        var lines = await DumpAsync(FirstSegment + ".log", "--from", "2", "--count", "3");
        Assert.Matches("^file kind=\"segment of a log\" bytes=\\d+ formatVersion=1 log=Orders@0 firstPosition=0 firstOffset=0 firstOfLog=true$", lines[0]);
        Assert.Equal(4, lines.Count);
        Assert.Matches(
            "^record offset=2 position=\\d+ epoch=1.0 size=\\d+ crc=ok physicalOffset=\\d+ queueOffset=2 topic=Orders queue=0 tags=tag keys=\\S+ uniqueKey=\\w{32} "
            + "born=20\\S+Z stored=20\\S+Z sysFlag=0 bodySize=60000$",
            lines[1]);
    }

    [Fact]
    public async Task Bodies_as_text_or_in_hex_and_everything_as_JSON()
    {
        var second = "brokers/broker-a/queues/Orders@1/00000000000000000000.log";
        Assert.DoesNotContain("body=", string.Join('\n', await DumpAsync(second)), StringComparison.Ordinal);
        var record = JsonDocument.Parse((await DumpAsync(second, "--json", "--bodies"))[1]).RootElement;
        Assert.Equal("record", record.GetProperty("what").GetString());
        Assert.Equal("00000000000000000000", record.GetProperty("bodyHex").GetString());
        Assert.Equal(10, record.GetProperty("bodySize").GetInt32());
        Assert.Equal(1L << 40, record.GetProperty("physicalOffset").GetInt64());
    }

    [Fact]
    public async Task Events_of_metadata()
    {
        var lines = await DumpAsync("brokers/broker-a/metadata/00000000000000000000.log");
        Assert.Contains(lines, line => line.StartsWith("record offset=0 position=0 epoch=1.0 ", StringComparison.Ordinal) && line.Contains(" holds=events broker=broker-a sequenceNr=1 ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("event sequenceNr=", StringComparison.Ordinal) && line.Contains("manifest=oa ", StringComparison.Ordinal)
            && line.Contains("\\\"ordinal\\\":1", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("manifest=lg ", StringComparison.Ordinal) && line.Contains("client-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Index_keys_checkpoint_placement_and_the_two_files_of_the_folder()
    {
        var index = await DumpAsync(FirstSegment + ".index", "--from", "3", "--count", "1");
        Assert.StartsWith("entry offset=3 position=", index[1], StringComparison.Ordinal);
        Assert.EndsWith("check=ok", index[1], StringComparison.Ordinal);
        var keys = await DumpAsync(FirstSegment + ".keys");
        Assert.Contains("sorted=true entries=34", keys[0], StringComparison.Ordinal);
        Assert.Equal(35, keys.Count);
        var checkpoint = await DumpAsync(FirstQueue + "/checkpoint");
        Assert.Equal(3, checkpoint.Count);
        Assert.Single(checkpoint, line => line.Contains("flushedOffset=50 ", StringComparison.Ordinal) && line.EndsWith("cleanStop=true", StringComparison.Ordinal));
        Assert.Contains("broker=broker-a ", Assert.Single(await DumpAsync("placement/broker-a")), StringComparison.Ordinal);
        Assert.Equal("file kind=\"record of a voter\" starts=1 votes=yes", Assert.Single(await DumpAsync("placement/@voter")));
        Assert.Equal("file kind=\"format of a data folder\" text=\"rocket-data 1 node1\"", Assert.Single(await DumpAsync("format")));
        Assert.StartsWith("file kind=\"lock of a data folder\"", Assert.Single(await DumpAsync("node.lock")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_file_gets_unreadable_is_said_and_what_follows_is_shown_if_it_can_be_told()
    {
        var copy = Copy(FirstSegment + ".log", out var name);
        copy[64 + 500] ^= 1;
        await File.WriteAllBytesAsync(name, copy);
        var dumped = await HostProcess.RunAsync(_folder.FullName, "dump", name);
        Assert.Equal(1, dumped.ExitCode);
        var lines = Lines(dumped);
        Assert.Equal("unreadable position=0 reason=\"the record's checksum is wrong\" offset=0", lines[1]);
        Assert.StartsWith("record offset=1 ", lines[2], StringComparison.Ordinal);

        await File.WriteAllBytesAsync(name, copy[..(64 + 700)]);
        dumped = await HostProcess.RunAsync(_folder.FullName, "dump", name);
        Assert.Equal(1, dumped.ExitCode);
        Assert.Contains("where a next record would begin cannot be told", Lines(dumped)[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_is_damaged_or_of_a_newer_version_is_said()
    {
        foreach (var suffix in new[] { ".log", ".index", ".keys" })
        {
            var copy = Copy(FirstSegment + suffix, out var name);
            copy[40] ^= 1;
            await File.WriteAllBytesAsync(name, copy);
            var dumped = await HostProcess.RunAsync(_folder.FullName, "dump", name, "--count", "1");
            Assert.Equal(1, dumped.ExitCode);
            Assert.Contains("the head is damaged", dumped.Output, StringComparison.Ordinal);
            Assert.True(Lines(dumped).Count == 3, dumped.Output);
        }
    }

    [Theory]
    [InlineData("rubbish.txt", "no file of a data folder")]
    [InlineData("00000000000000000000.log", "the head is missing")]
    [InlineData("checkpoint", "this slot is not whole")]
    [InlineData("placement/broker-a", "it is 0 bytes long")]
    public async Task An_empty_file_is_what_its_name_says(string name, string reason)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, []);
        var dumped = await HostProcess.RunAsync(_folder.FullName, "dump", name);
        Assert.Equal((1, ""), (dumped.ExitCode, dumped.Errors));
        Assert.Contains(reason, dumped.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_file_is_refused_in_one_line()
    {
        var none = await HostProcess.RunAsync(_folder.FullName, "dump", "none");
        Assert.Equal((1, ""), (none.ExitCode, none.Output));
        Assert.EndsWith("none: no such file", Assert.Single(none.ErrorLines), StringComparison.Ordinal);
        var folder = await HostProcess.RunAsync(_folder.FullName, "dump", ".");
        Assert.Equal(1, folder.ExitCode);
        Assert.Contains("is a folder", Assert.Single(folder.ErrorLines), StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> DumpAsync(string file, params string[] flags)
    {
        var dumped = await HostProcess.RunAsync(filled.DataDir, ["dump", file, .. flags]);
        Assert.True(dumped is { ExitCode: 0, Errors: "" }, dumped.Output + dumped.Errors);
        return Lines(dumped);
    }

    private static List<string> Lines(HostProcess.Outcome dumped) => [.. dumped.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private byte[] Copy(string file, out string name)
    {
        name = Path.Combine(_folder.CreateSubdirectory("Orders@0").FullName, Path.GetFileName(file));
        return File.ReadAllBytes(Path.Combine(filled.DataDir, file));
    }
}
