using System.Text;
using CsCheck;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.TestClient.Tests.Wire;

public sealed class HeaderTests
{
    private const string RouteRequestFrame =
        "000000250100002100690001990000000700000000000000000000000c0005746f7069630000000154";

    [Fact]
    public void Binary_route_request_has_the_golden_bytes()
    {
        var frame = FrameEncoder.ToArray(new RemotingCommand { Code = 105, Opaque = 7, Fields = new HeaderFields { { "topic", "T" } } }, SerializeType.RocketMq);

        Assert.Equal(RouteRequestFrame, Convert.ToHexStringLower(frame));
    }

    [Fact]
    public void Golden_binary_frame_decodes()
    {
        var command = FrameDecoder.Decode(Convert.FromHexString(RouteRequestFrame));

        Assert.Equal(105, command.Code);
        Assert.Equal(LanguageCode.Java, command.Language);
        Assert.Equal(409, command.Version);
        Assert.Equal(7, command.Opaque);
        Assert.Equal("T", command.Fields["topic"]);
        Assert.Null(command.Remark);
        Assert.Equal(SerializeType.RocketMq, command.SerializeType);
    }

    [Fact]
    public void Json_members_are_alphabetical_and_nulls_left_out()
    {
        var frame = FrameEncoder.ToArray(new RemotingCommand { Code = 105, Opaque = 7, Fields = new HeaderFields { { "topic", "订单" }, { "absent", (string?)null } } });

        Assert.Equal(
            """{"code":105,"extFields":{"topic":"订单"},"flag":0,"language":"JAVA","opaque":7,"serializeTypeCurrentRPC":"JSON","version":409}""",
            Encoding.UTF8.GetString(frame.AsSpan(FrameLayout.PrefixBytes)));
    }

    [Theory]
    [InlineData("""{"code":0,"extFields":{"queueId":0},"flag":1,"language":"JAVA","opaque":1,"version":409}""", "string")]
    [InlineData("""{"code":0,"extFields":[],"flag":1,"language":"JAVA","opaque":1,"version":409}""", "object")]
    [InlineData("""{"flag":1,"language":"JAVA","opaque":1,"version":409}""", "code")]
    [InlineData("""{"code":0,"flag":1,"language":"KLINGON","opaque":1,"version":409}""", "KLINGON")]
    [InlineData("""{"code":"0","flag":1,"language":"JAVA","opaque":1,"version":409}""", "header is wrong")]
    [InlineData("""{"code":0,"flag":1,"language":"JAVA","opaque":1,"version":409}x""", "header is wrong")]
    [InlineData("""{"code":0,"flag":1""", "header is wrong")]
    public void Json_that_real_clients_break_on_is_refused(string header, string complaint)
    {
        var problem = Assert.Throws<RemotingFormatException>(() => JsonHeader.Read(Encoding.UTF8.GetBytes(header)));

        Assert.Contains(complaint, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public void Any_command_survives_the_way_there_and_back(SerializeType type)
    {
        var text = Gen.Char[' ', '\uD7FF'].Array[1, 20].Select(units => new string(units));
        var fields = Gen.Dictionary(text, text)[0, 8];
        Gen.Select(Gen.Int[-32_768, 32_767], Gen.Int, Gen.Int, text, fields, Gen.Byte.Array[0, 64]).Sample((code, opaque, flag, remark, map, body) =>
        {
            HeaderFields ext = [];
            foreach (var (name, value) in map)
            {
                ext.Add(name, value);
            }

            var command = new RemotingCommand { Code = code, Opaque = opaque, Flag = flag, Remark = remark, Fields = ext, Body = body };
            var back = FrameDecoder.Decode(FrameEncoder.ToArray(command, type));
            Assert.Equal(command.ToString(), back.ToString());
            Assert.Equal(body, back.Body.ToArray());
        });
    }

    [Theory]
    [InlineData("FFFFFFFF00000000", "frame length")]
    [InlineData("0000000300000000", "frame length")]
    [InlineData("0100000100000000", "frame length")]
    [InlineData("0000000400000001", "header length")]
    [InlineData("0000000402000000", "serialize type")]
    public void A_lying_prefix_is_refused(string prefix, string complaint)
    {
        var problem = Assert.Throws<RemotingFormatException>(() => FrameDecoder.FrameLength(Convert.FromHexString(prefix)));

        Assert.Contains(complaint, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_of_a_binary_header_is_refused()
    {
        var header = Convert.FromHexString(RouteRequestFrame)[FrameLayout.PrefixBytes..];
        for (var length = 0; length < header.Length; length++)
        {
            Assert.Throws<RemotingFormatException>(() => BinaryHeader.Read(header.AsSpan(0, length)));
        }
    }
}
