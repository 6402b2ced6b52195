using System.Text.RegularExpressions;
using Rocket.Host.Configuration;
using Xunit;

namespace Rocket.Host.Tests.Configuration;

/// <summary>The reference is the documentation of every key, so it may neither lag behind the loader nor run ahead of it.</summary>
public sealed class ReferenceTests
{
    private const string Broker = "rocket.brokers.broker-a.";

    private static readonly string Text = Repository.Read("hocon/reference.hocon");
    private static readonly HoconOutline Outline = HoconOutline.Read(Text);

    [Fact]
    public void The_file_is_the_one_that_is_built_in() => Assert.Equal(Text, ReferenceConfiguration.Text());

    [Fact]
    public void Each_key_and_section_has_a_comment_above_it()
    {
        var bare = Keys().Where(key => key.ToString() is not ("rocket" or "rocket.brokers.broker-a") && CommentAbove(key).Length == 0 && StandsAlone(key));
        Assert.Empty(bare.Select(key => key.ToString()));
    }

    [Fact]
    public void Each_key_is_read_and_each_key_that_is_read_is_there()
    {
        var loader = new NodeConfigurationLoader(ConfigurationFiles.OfThisProcess());
        Assert.Empty(loader.Load(null, []).Errors);

        // Asked for under a broker's own name first, which the reference leaves to broker-defaults; it names no voter.
        var read = loader.Reader!.Consumed.Where(key => key.StartsWith("rocket.", StringComparison.Ordinal) && key != "rocket.voters.node1")
            .Where(key => !key.StartsWith(Broker, StringComparison.Ordinal) || key is Broker + "port" or Broker + "replicas");
        var sections = new[] { "rocket.brokers" };
        var written = Leaves().Where(key => key.StartsWith("rocket.", StringComparison.Ordinal)).Concat(sections);
        Assert.Equal(written.Order(), read.Order());
    }

    [Fact]
    public void Each_range_stands_in_the_comment_of_its_key()
    {
        var loader = new NodeConfigurationLoader(ConfigurationFiles.OfThisProcess());
        loader.Load(null, []);
        Assert.NotEmpty(loader.Reader!.Ranges);
        var untold = loader.Reader.Ranges
            .Where(range => !CommentAbove(Keys().Single(key => key.ToString() == range.Key)).Contains(range.Value, StringComparison.Ordinal))
            .Select(range => $"{range.Key}: {range.Value}");
        Assert.Empty(untold);
    }

    [Fact]
    public void Akkas_section_has_no_key_that_Akka_does_not_know()
    {
        var akka = Loading.FromSets().Akka;
        var known = Akka.Cluster.Sharding.ClusterSharding.DefaultConfig()
            .WithFallback(Akka.Cluster.Tools.Singleton.ClusterSingleton.DefaultConfig())
            .WithFallback(Akka.DistributedData.DistributedData.DefaultConfig())
            .WithFallback(Resource(typeof(Akka.Cluster.Cluster), "Akka.Cluster.Configuration.Cluster.conf"))
            .WithFallback(Resource(typeof(Akka.Remote.RemoteActorRefProvider), "Akka.Remote.Configuration.Remote.conf"))
            .WithFallback(Akka.Configuration.ConfigurationFactory.Default());
        var unknown = Leaves().Where(key => key.StartsWith("akka.", StringComparison.Ordinal))
            .Where(key => !key.StartsWith("akka.actor.serializ", StringComparison.Ordinal) && !known.HasPath(key));
        Assert.Empty(unknown);
        Assert.True(akka.HasPath("akka.cluster.sharding.buffer-size"));

        static Akka.Configuration.Config Resource(Type type, string name) =>
            Akka.Configuration.ConfigurationFactory.FromResource(name, type.Assembly);
    }

    [Fact]
    public void Docs_table_has_each_key_with_its_default_and_nothing_else()
    {
        var rows = Regex.Matches(Repository.Read("docs/configuration.md"), @"^\| `(?<key>rocket\.[^`]+)` \| `(?<value>[^`]*)` \|", RegexOptions.Multiline)
            .Select(row => $"{row.Groups["key"].Value} = {row.Groups["value"].Value}");
        var reference = ReferenceConfiguration.Parse();
        var keys = Leaves().Where(key => key.StartsWith("rocket.", StringComparison.Ordinal))
            .Select(key => $"{key.Replace("broker-a", "NAME", StringComparison.Ordinal)} = {HoconShape.Show(reference.Find(SettingPath.Of(key))!)}");
        Assert.Equal(keys, rows);
    }

    private static IEnumerable<SettingPath> Keys() => Outline.Lines.Keys;

    private static IEnumerable<string> Leaves()
    {
        var reference = ReferenceConfiguration.Parse();
        return Keys().Where(key => reference.Find(key) is { } value && (!value.IsObject() || value.IsEmpty)).Select(key => key.ToString());
    }

    // "a.b.c = 1" names a and b as well; only c is the key of that line.
    private static bool StandsAlone(SettingPath key)
    {
        var line = Text.Split('\n')[Outline.Lines[key] - 1].Trim();
        return Regex.IsMatch(line, $@"(^|\.){Regex.Escape(key.Name)}\s*[={{]");
    }

    private static string CommentAbove(SettingPath key)
    {
        var lines = Text.Split('\n');
        var comment = lines.Take(Outline.Lines[key] - 1).Reverse().TakeWhile(line => line.TrimStart().StartsWith('#')).Reverse();
        return string.Join(' ', comment.Select(line => line.Trim().TrimStart('#').Trim()));
    }
}
