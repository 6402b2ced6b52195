using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Metadata.Journal;

public sealed class MetadataLogsTests : MetadataPluginKit
{
    [Fact]
    public void A_log_is_found_in_its_epoch_only()
    {
        Assert.Same(OpenLog, Logs.Find("broker-a", Epoch));
        var refused = Assert.Throws<MetadataLogNotOpenException>(() => Logs.Find("broker-a", Epoch.Next(0)));
        Assert.Contains("broker-a is not open in epoch 2.0; it is in epoch 1.0", refused.Message, StringComparison.Ordinal);
        Assert.Contains("it is in none", Assert.Throws<MetadataLogNotOpenException>(() => Logs.Find("broker-b", Epoch)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_epoch_closes_the_earlier_one()
    {
        var later = Logs.Open("broker-a", Epoch.Next(3), MetadataCopies.None(Records, flushes: true), TimeProvider.System);
        Assert.Same(later, Logs.Find("broker-a", later.Epoch));
        Assert.Throws<MetadataLogNotOpenException>(() => Logs.Find("broker-a", Epoch));
        Logs.Close("broker-a", Epoch);
        Assert.Same(later, Logs.Find("broker-a", later.Epoch));
    }

    [Fact]
    public void An_earlier_epoch_is_refused_even_when_nothing_is_open()
    {
        Logs.Open("broker-a", Epoch.Next(3), MetadataCopies.None(Records, flushes: true), TimeProvider.System);
        Logs.Close("broker-a", Epoch.Next(3));
        Assert.Throws<InvalidOperationException>(() => Logs.Open("broker-a", Epoch, MetadataCopies.None(Records, flushes: true), TimeProvider.System));
    }

    [Fact]
    public void An_epoch_can_not_be_opened_twice_at_once() =>
        Assert.Throws<InvalidOperationException>(() => Logs.Open("broker-a", Epoch, MetadataCopies.None(Records, flushes: true), TimeProvider.System));

    [Fact]
    public void An_epoch_below_that_of_the_last_record_is_refused()
    {
        Logs.Close("broker-a", Epoch);
        Logs.Open("broker-a", Epoch.Next(0), MetadataCopies.None(Records, flushes: true), TimeProvider.System);
        using (var batch = new Rocket.Actors.Storage.LogBatch())
        {
            batch.Begin(Records, new Epoch(0x900).Value);
            batch.Add([1, 1, .. new byte[30]]);
            batch.Seal(0, 1, []);
            Records.Append(batch);
        }

        var refused = Assert.Throws<InvalidOperationException>(() => Logs.Open("broker-b", new Epoch(0x800), MetadataCopies.None(Records, flushes: true), TimeProvider.System));
        Assert.Contains("its log holds epoch 9.0", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("broker-a@256", "broker-a", 256)]
    [InlineData("a@b@0", "a@b", 0)]
    public void A_persistence_id_says_name_and_epoch(string text, string name, long epoch)
    {
        var id = MetadataPersistenceId.Parse(text);
        Assert.Equal(new MetadataPersistenceId(name, new Epoch(epoch)), id);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData("broker-a")]
    [InlineData("broker-a@")]
    [InlineData("broker-a@x")]
    [InlineData("broker-a@-1")]
    [InlineData("@1")]
    [InlineData("")]
    public void Anything_else_is_no_persistence_id(string text)
    {
        Assert.False(MetadataPersistenceId.TryParse(text, out _));
        Assert.Throws<ArgumentException>(() => MetadataPersistenceId.Parse(text));
    }
}
