using Rocket.Host.Configuration;
using Xunit;

namespace Rocket.Host.Tests.Configuration;

public sealed class ConfigurationFilesTests : IDisposable
{
    private readonly TemporaryFolder _current = new();
    private readonly TemporaryFolder _program = new();

    private ConfigurationFiles Files => new(_current.Path, _program.Path);

    [Fact]
    public void A_relative_path_is_tried_in_the_current_folder_then_beside_the_dll_then_in_its_hocon_folder()
    {
        Assert.Null(Files.Find("n.hocon"));
        var third = _program.Write("hocon/n.hocon", "");
        Assert.Equal(third, Files.Find("n.hocon"));
        var second = _program.Write("n.hocon", "");
        Assert.Equal(second, Files.Find("n.hocon"));
        var first = _current.Write("n.hocon", "");
        Assert.Equal(first, Files.Find("n.hocon"));
    }

    [Fact]
    public void A_relative_path_may_have_folders()
    {
        var file = _program.Write("hocon/n.hocon", "");
        Assert.Equal(file, Files.Find("hocon/n.hocon"));
    }

    [Fact]
    public void An_absolute_path_is_tried_as_it_is()
    {
        var file = _current.Write("n.hocon", "");
        Assert.Equal(file, new ConfigurationFiles("/", "/").Find(file));
        Assert.Equal([file], Files.Candidates(file));
    }

    [Fact]
    public void A_missing_file_is_told_with_all_places_that_were_looked_at() => Assert.Equal(
        [$"--config no.hocon: no such file; looked for {_current.Path}/no.hocon, {_program.Path}/no.hocon, {_program.Path}/hocon/no.hocon"],
        NodeConfiguration.Load("no.hocon", [], Files).Errors);

    [Fact]
    public void A_folder_is_no_file()
    {
        _current.Write("conf/n.hocon", "");
        Assert.Single(NodeConfiguration.Load("conf", [], Files).Errors);
    }

    [Fact]
    public void A_file_within_the_current_folder_is_shown_by_its_relative_name()
    {
        Assert.Equal("n.hocon", Files.Show(Path.Combine(_current.Path, "n.hocon")));
        Assert.Equal(Path.Combine(_program.Path, "n.hocon"), Files.Show(Path.Combine(_program.Path, "n.hocon")));
    }

    public void Dispose()
    {
        _current.Dispose();
        _program.Dispose();
    }
}
