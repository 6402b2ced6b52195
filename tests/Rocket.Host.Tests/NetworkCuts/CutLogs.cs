using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;
using Rocket.TestCluster.Traffic;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.NetworkCuts;

/// <summary>What the nodes print from the beginning of a cut on; all of it goes to the test's output at the end.</summary>
internal sealed class CutLogs : IDisposable
{
    /// <summary>A node that is cut off says what happens to it, and what to its brokers and links, once each time that it begins anew.</summary>
    private const int MostLines = 400;

    private readonly ProcessCluster _cluster;
    private readonly ITestOutputHelper _output;
    private readonly Dictionary<string, int> _begins;

    public CutLogs(ProcessCluster cluster, ITestOutputHelper output)
    {
        (_cluster, _output) = (cluster, output);
        _begins = cluster.Nodes.ToDictionary(node => node.Name, node => node.Run.Output.Length, StringComparer.Ordinal);
    }

    /// <summary>What a node has printed since.</summary>
    public string Since(string node) => _cluster[node].Run.Output[_begins[node]..];

    /// <summary>No stack trace, no error stream, and no flood.</summary>
    public void AssertReadable()
    {
        foreach (var node in _cluster.Nodes)
        {
            var lines = Since(node.Name).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.DoesNotContain(lines, line => line.StartsWith("   at ", StringComparison.Ordinal));
            Assert.InRange(lines.Length, 0, MostLines);
            Assert.Equal("", node.Run.Error);
        }
    }

    public void Dispose()
    {
        foreach (var node in _cluster.Nodes)
        {
            _output.WriteLine($"--- {node.Name}\n{Since(node.Name)}");
        }
    }
}
