using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>JSON headers whose extFields are there, and hold nothing where something is needed.</summary>
[Collection(HostileCollection.Name)]
public sealed class MissingFieldTests(HostileRocket rocket)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("null", "producerGroup")]
    [InlineData("{}", "producerGroup")]
    [InlineData("""{"a":null,"b":"T","c":"TBW102","d":"4","e":"0","f":"0","g":"0","h":"0"}""", "producerGroup")]
    [InlineData("""{"a":"p","b":null,"c":"TBW102","d":"4","e":"0","f":"0","g":"0","h":"0"}""", "topic")]
    [InlineData("""{"a":"p","b":"T","c":"TBW102","d":"4","e":null,"f":"0","g":"0","h":"0"}""", "queueId")]
    [InlineData("""{"a":"p","b":"T","c":"TBW102","d":"4","e":"","f":"0","g":"0","h":"0"}""", "queueId")]
    [InlineData("""{"A":"p","B":"T","C":"TBW102","D":"4","E":"0","F":"0","G":"0","H":"0"}""", "producerGroup")]
    public async Task A_send_is_refused_with_the_name_of_what_is_missing_and_its_connection_goes_on(string fields, string missing)
    {
        await using var client = await rocket.ConnectAsync();

        await client.SendRawAsync(RawFrames.SendWithFields(fields));

        var answer = await client.StrayAnswers.ReadAsync().AsTask().WaitAsync(Soon);
        Assert.Equal((1, ResponseCode.SystemError, $"the field {missing} is missing"), (answer.Opaque, answer.Code, answer.Remark));
        await client.ClusterInfoAsync().Succeeded();
        await rocket.AssertOthersAreServedAsync();
    }

    [Theory]
    [InlineData("0.0")]
    [InlineData("1e2")]
    [InlineData("99999999999")]
    [InlineData("true")]
    public async Task A_bare_value_that_is_no_whole_number_is_refused_where_one_is_needed(string queueId)
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        await client.SendRawAsync(RawFrames.SendWithFields(
            $$"""{"a":"p","b":"{{topic}}","c":"TBW102","d":4,"e":{{queueId}},"f":0,"g":0,"h":0}"""));

        var answer = await client.StrayAnswers.ReadAsync().AsTask().WaitAsync(Soon);
        Assert.Equal((ResponseCode.SystemError, $"the field queueId is \"{queueId}\", not a 32-bit integer"), (answer.Code, answer.Remark));
        Assert.Equal(0, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
    }
}
