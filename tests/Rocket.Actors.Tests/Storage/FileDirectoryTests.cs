using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

public sealed class FileDirectoryTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("rocket-files-").FullName;

    [Fact]
    public void A_folder_comes_into_being_with_its_first_file()
    {
        var root = new FileDirectory(_path, 4);
        var inner = root.Directory("brokers").Directory("broker-a");
        Assert.Empty(inner.ListFiles());
        Assert.Empty(inner.ListDirectories());
        Assert.False(root.Exists("brokers"));
        inner.Sync();
        inner.Open("file", StorageFileMode.CreateNew).Dispose();
        inner.Sync();
        Assert.True(root.Exists("brokers"));
        Assert.Equal(["broker-a"], root.Directory("brokers").ListDirectories());
        Assert.Equal(["file"], inner.ListFiles());
        root.DeleteDirectory("brokers");
        Assert.Empty(root.ListDirectories());
    }

    [Fact]
    public void A_folder_tells_how_full_its_disk_is_before_it_is_made()
    {
        var disk = new DriveInfo(_path);
        var use = new FileDirectory(_path, 4).Directory("brokers").Directory("broker-a").MeasureDisk()!.Value;
        Assert.InRange(use.UsedBytes, 1, disk.TotalSize);
        Assert.InRange(use.FreeBytes, 0, disk.TotalSize - use.UsedBytes);
        Assert.Null(((IStorageDirectory)new CountingDirectory(new FileDirectory(_path, 4))).MeasureDisk());
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("")]
    public void A_name_is_one_element_of_a_path(string name)
    {
        Assert.ThrowsAny<ArgumentException>(() => new FileDirectory(_path, 4).Open(name, StorageFileMode.OpenOrCreate));
    }

    [Fact]
    public void Files_are_opened_and_created_as_asked()
    {
        var folder = new FileDirectory(_path, 4);
        Assert.Throws<FileNotFoundException>(() => folder.Open("a", StorageFileMode.OpenExisting));
        using (var file = folder.Open("a", StorageFileMode.CreateNew))
        {
            file.Write("hello"u8, 3);
            Assert.Equal(8, file.Length);
            file.SetLength(7);
            Assert.Throws<IOException>(() => folder.Open("a", StorageFileMode.CreateNew));
            using var again = folder.Open("a", StorageFileMode.OpenOrCreate);
            var read = new byte[10];
            Assert.Equal(7, again.Read(read, 0));
            Assert.Equal("\0\0\0hell"u8.ToArray(), read[..7]);
            Assert.Equal(0, again.Read(read, 7));
        }

        Assert.Throws<IOException>(() => folder.Open("a", StorageFileMode.CreateNew));
    }

    [Fact]
    public void A_folder_for_reading_changes_nothing()
    {
        using (var written = new FileDirectory(_path, 4).Open("a", StorageFileMode.CreateNew))
        {
            written.Write("hello"u8, 0);
        }

        var folder = FileDirectory.ForReading(_path);
        using var file = folder.Open("a", StorageFileMode.OpenExisting);
        var read = new byte[10];
        Assert.Equal(5, file.Read(read, 0));
        Assert.Throws<UnauthorizedAccessException>(() => file.Write("x"u8, 0));
        Assert.Throws<UnauthorizedAccessException>(() => file.SetLength(0));
        Assert.Throws<UnauthorizedAccessException>(() => folder.Open("b", StorageFileMode.OpenOrCreate));
        Assert.Throws<UnauthorizedAccessException>(() => folder.Directory("inner").Open("b", StorageFileMode.CreateNew));
        Assert.Throws<UnauthorizedAccessException>(() => folder.Delete("a"));
        Assert.Throws<UnauthorizedAccessException>(() => folder.Rename("a", "b"));
        Assert.Throws<UnauthorizedAccessException>(() => folder.DeleteDirectory("inner"));
        Assert.Equal(["a"], folder.ListFiles());
        Assert.Empty(folder.ListDirectories());
    }

    [Fact]
    public void Handles_stay_bounded_and_files_are_opened_again_on_demand()
    {
        var handles = new OpenFiles(8);
        var folder = new FileDirectory(_path, handles);
        var files = Enumerable.Range(0, 100).Select(i => folder.Open($"f{i}", StorageFileMode.CreateNew)).ToArray();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < files.Length; i++)
            {
                files[i].Write(BitConverter.GetBytes((i * 10) + round), 4 * round);
                Assert.InRange(handles.Count, 1, 8);
            }
        }

        var read = new byte[12];
        for (var i = 0; i < files.Length; i++)
        {
            Assert.Equal(12, files[i].Read(read, 0));
            Assert.Equal((i * 10) + 2, BitConverter.ToInt32(read, 8));
            files[i].Flush();
        }

        foreach (var file in files)
        {
            file.Dispose();
        }

        Assert.Equal(0, handles.Count);
        Assert.Throws<ObjectDisposedException>(() => files[0].Read(read, 0));
    }

    [Fact]
    public void A_file_deleted_while_it_is_open_is_read_on_or_not_found_but_never_another()
    {
        var folder = new FileDirectory(_path, 2);
        using var old = folder.Open("a", StorageFileMode.CreateNew);
        old.Write("old"u8, 0);
        folder.Delete("a");
        using var other = folder.Open("a", StorageFileMode.CreateNew);
        other.Write("new"u8, 0);
        Assert.Equal("old", Text(old));

        for (var i = 0; i < 4; i++)
        {
            folder.Open($"f{i}", StorageFileMode.CreateNew).Length.ToString();
        }

        Assert.Throws<FileNotFoundException>(() => Text(old));
        Assert.Equal("new", Text(other));
    }

    [Fact]
    public void A_renamed_file_stays_the_same_file_and_replaces_the_one_that_had_the_name()
    {
        var folder = new FileDirectory(_path, 2);
        using var replaced = folder.Open("a", StorageFileMode.CreateNew);
        replaced.Write("old"u8, 0);
        using var moved = folder.Open("a.new", StorageFileMode.CreateNew);
        moved.Write("new"u8, 0);
        folder.Rename("a.new", "a");
        for (var i = 0; i < 4; i++)
        {
            folder.Open($"f{i}", StorageFileMode.CreateNew).Length.ToString();
        }

        Assert.Equal("new", Text(moved));
        Assert.Throws<FileNotFoundException>(() => Text(replaced));
        Assert.False(folder.Exists("a.new"));
    }

    [Fact]
    public void Many_threads_share_few_handles()
    {
        var folder = new FileDirectory(_path, 3);
        var files = Enumerable.Range(0, 20).Select(i => folder.Open($"f{i}", StorageFileMode.CreateNew)).ToArray();
        for (var i = 0; i < files.Length; i++)
        {
            files[i].Write(BitConverter.GetBytes(i), 0);
        }

        Parallel.For(0, 8, thread =>
        {
            var random = new Random(thread);
            var bytes = new byte[4];
            for (var i = 0; i < 2000; i++)
            {
                var file = random.Next(files.Length);
                Assert.Equal(4, files[file].Read(bytes, 0));
                Assert.Equal(file, BitConverter.ToInt32(bytes));
            }
        });
    }

    [Fact]
    public void The_boot_id_is_that_of_this_run_of_the_machine()
    {
        Assert.Equal(FileDirectory.BootId(), FileDirectory.BootId());
        Assert.Equal(OperatingSystem.IsLinux(), FileDirectory.BootId() != Guid.Empty);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);

    private static string Text(IStorageFile file)
    {
        var bytes = new byte[3];
        file.Read(bytes, 0);
        return System.Text.Encoding.ASCII.GetString(bytes);
    }
}
