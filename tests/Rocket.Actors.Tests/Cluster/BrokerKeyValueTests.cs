using Akka.Actor;
using Akka.TestKit;
using Rocket.Actors.Cluster;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Routing;
using Rocket.Protocol.Codes;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>The name server's settings in a broker's metadata.</summary>
public sealed class BrokerKeyValueTests : BrokerKit
{
    private readonly TestProbe _keyValues;

    public BrokerKeyValueTests()
    {
        _keyValues = CreateTestProbe();
        Node.KeyValuesActor = _keyValues;
    }

    [Fact]
    public void A_write_is_answered_when_it_is_durable_and_published()
    {
        Lead();
        Assert.Empty(_keyValues.ExpectMsg<KeyValuesProtocol.PublishAll>(Patience).Entries);

        Actor.Tell(Order(1, "k", "value"), TestActor);

        var settled = ExpectMsg<KeyValuesProtocol.WriteSettled>(Patience);
        Assert.Equal((1L, ResponseCode.Success, "value", Broker), (settled.Number, settled.Code, settled.Entry!.Value, settled.Entry.Broker));
        var published = _keyValues.ExpectMsg<KeyValuesProtocol.PublishSome>(Patience);
        Assert.Equal((Broker, LastEpoch.Value), (published.Broker, published.Epoch));
        Assert.Equal([settled.Entry], published.Entries);
    }

    [Fact]
    public void After_a_stop_settings_are_published_before_the_routes()
    {
        Lead();
        _keyValues.ExpectMsg<KeyValuesProtocol.PublishAll>(Patience);
        Actor.Tell(Order(1, "k", "value"), TestActor);
        var entry = ExpectMsg<KeyValuesProtocol.WriteSettled>(Patience).Entry;
        _keyValues.ExpectMsg<KeyValuesProtocol.PublishSome>(Patience);
        StopInOrder();

        StartNext();
        Acquire();
        Assert.Equal([entry!], _keyValues.ExpectMsg<KeyValuesProtocol.PublishAll>(Patience).Entries);
        Settle();
        Assert.False(Routes.HasMessages);
        Actor.Tell(KeyValuesProtocol.Published.Instance);
        Routes.ExpectMsg<RouteProtocol.PublishBroker>(Patience);
    }

    [Fact]
    public void Writes_that_are_on_their_way_are_each_above_the_one_before()
    {
        Lead();
        for (var i = 0; i < 5; i++)
        {
            Actor.Tell(Order(i, "k", $"{i}"), TestActor);
        }

        var versions = Enumerable.Range(0, 5).Select(_ => ExpectMsg<KeyValuesProtocol.WriteSettled>(Patience).Entry!.Version).ToList();
        Assert.Equal(versions.Distinct().Order(), versions);
    }

    [Fact]
    public void A_write_that_is_too_large_is_refused()
    {
        Lead();

        Actor.Tell(Order(1, "k", new string('x', TestSettings.Limits.MaxKeyValueBytes)), TestActor);

        Assert.Equal(ResponseCode.SystemError, ExpectMsg<KeyValuesProtocol.WriteSettled>(Patience).Code);
    }

    [Fact]
    public void What_another_broker_has_is_made_durable_here_once()
    {
        Lead();
        _keyValues.ExpectMsg<KeyValuesProtocol.PublishAll>(Patience);
        KeyValueEntry news = new("n", "k", "value", 5, "broker-b");

        Actor.Tell(new KeyValuesProtocol.Adopt([news]));
        Actor.Tell(new KeyValuesProtocol.Adopt([news]));
        Assert.Equal([news], _keyValues.ExpectMsg<KeyValuesProtocol.PublishSome>(Patience).Entries);
        StopInOrder();

        _keyValues.ExpectNoMsg(TimeSpan.Zero);
        StartNext();
        Acquire();
        Assert.Equal([news], _keyValues.ExpectMsg<KeyValuesProtocol.PublishAll>(Patience).Entries);
    }

    [Fact]
    public void A_broker_that_stops_takes_no_write()
    {
        Lead();
        Actor.Tell(BrokerProtocol.StopBroker.Instance, CreateTestProbe());

        Actor.Tell(Order(1, "k", "value"), TestActor);

        Assert.Equal(ResponseCode.ServiceNotAvailable, ExpectMsg<KeyValuesProtocol.WriteSettled>(Patience).Code);
    }

    private static KeyValuesProtocol.WriteOrdered Order(long number, string key, string? value) => new(number, Broker, new KeyValueName("n", key), value, 0);
}
