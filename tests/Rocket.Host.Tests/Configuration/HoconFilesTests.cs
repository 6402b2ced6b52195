using Rocket.Host.Configuration;
using Xunit;

namespace Rocket.Host.Tests.Configuration;

public sealed class HoconFilesTests
{
    public static TheoryData<string> Files => new(Repository.HoconFiles.Select(file => Path.GetFileName(file)));

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_file_in_the_hocon_folder_loads(string file)
    {
        var (configuration, errors) = NodeConfiguration.Load(Path.Combine(Repository.Root, "hocon", file), []);
        Assert.Empty(errors);
        Assert.Equal(file == "witness.hocon", configuration!.Node.Brokers.Count == 0);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_file_in_the_hocon_folder_lies_beside_the_dll(string file) =>
        Assert.Equal(Repository.Read("hocon/" + file), File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", file)));

    [Theory]
    [MemberData(nameof(Files))]
    public void The_outline_and_Akkas_parser_see_the_same_keys(string file)
    {
        var text = Repository.Read("hocon/" + file);
        Assert.Equal(
            HoconKeys.Of(text).Select(path => path.ToString()).Order(),
            HoconOutline.Read(text).Lines.Keys.Select(path => path.ToString()).Order());
    }

    [Fact]
    public void Standalone_says_what_holds_without_a_file()
    {
        var files = new ConfigurationFiles("/somewhere", AppContext.BaseDirectory);
        var without = NodeConfiguration.Load(null, [], files).Configuration!;
        var with = NodeConfiguration.Load("standalone.hocon", [], files).Configuration!;
        Assert.Equivalent(without.Node, with.Node, strict: true);
        Assert.Equal(without.Operators, with.Operators);
        Assert.Equal(without.Log, with.Log);
    }

    [Fact]
    public void Defaults_are_the_ports_and_folders_of_the_standalone_setup()
    {
        var configuration = NodeConfiguration.Load(null, [], new ConfigurationFiles("/somewhere", "/elsewhere")).Configuration!;
        var node = configuration.Node;
        Assert.Equal(new OperatorSettings(OperatorSettings.DefaultHost, OperatorSettings.DefaultPort, 9110), configuration.Operators);
        Assert.Equal("DefaultCluster", node.ClusterName);
        Assert.Equal("node1", node.NodeName);
        Assert.Equal(9876, node.NameServerPort);
        Assert.Equal(Path.GetFullPath("/somewhere/data"), node.DataDir);
        var broker = Assert.Single(node.Brokers);
        Assert.Equal(("broker-a", 10911), (broker.Name, broker.Port));
        Assert.Equal(["node1"], broker.Replicas);
        Assert.Equal(new KeyValuePair<string, string>("node1", "127.0.0.1:10912"), Assert.Single(node.Voters));
    }
}
