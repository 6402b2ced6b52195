using System.Buffers;
using System.Text;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Xunit;

namespace Rocket.Protocol.Tests.Headers;

public sealed class JsonHeaderTests
{
    [Fact]
    public void A_header_as_Java_writes_it_is_read()
    {
        var header = Frames.Json(
            """{"code":310,"extFields":{"a":"PID","b":"T","e":"3"},"flag":0,"language":"JAVA","opaque":-5,"serializeTypeCurrentRPC":"JSON","version":409}""");
        Assert.Equal(310, header.Code);
        Assert.Equal(-5, header.Opaque);
        Assert.Equal(0, header.Flag);
        Assert.Equal(409, header.Version);
        Assert.Equal(LanguageCode.Java, header.Language);
        Assert.Null(header.Remark);
        Assert.Equal(3, header.FieldCount);
        Assert.Equal("T", Field(header, "b"));
    }

    [Theory]
    [InlineData("""{"CODE":11,"ExtFields":{"topic":"T"},"FLAG":2,"Opaque":9,"Version":1,"Language":"cpp","REMARK":"r"}""")]
    [InlineData("""{"code":"11","extFields":{"topic":"T",},"flag":"2","opaque":"9","version":"1","language":1,"remark":"r",}""")]
    [InlineData(""" { "remark" : "r" , "language":"CPP", "version":1,"opaque":9,"flag":2,"extFields" : { "topic" : "T" } , "code" : 11 } """)]
    [InlineData("""{"unknown":{"a":[1,{"b":null}]},"code":11,"extFields":{"topic":"T"},"flag":2,"other":[],"opaque":9,"version":1,"language":"CPP","remark":"r"}""")]
    [InlineData("""{"\u0063ode":11,"extFields":{"\u0074opic":"\u0054"},"flag":2,"opaque":9,"version":1,"language":"CPP","remark":"\u0072"}""")]
    public void Case_order_quotes_blanks_commas_and_unknown_members_do_not_matter(string text)
    {
        var header = Frames.Json(text);
        Assert.Equal(11, header.Code);
        Assert.Equal(2, header.Flag);
        Assert.Equal(9, header.Opaque);
        Assert.Equal(1, header.Version);
        Assert.Equal(LanguageCode.Cpp, header.Language);
        Assert.Equal("r", header.Remark);
        Assert.Equal(1, header.FieldCount);
        Assert.Equal("T", Field(header, "topic"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"code":null,"extFields":null,"flag":null,"language":null,"opaque":null,"remark":null,"version":null}""")]
    public void Absent_members_are_zero(string text)
    {
        var header = Frames.Json(text);
        Assert.Equal((0, 0, 0, 0, 0), (header.Code, header.Flag, header.Opaque, header.Version, header.FieldCount));
        Assert.Null(header.Remark);
        Assert.True(header.RemarkUtf8.IsEmpty);
    }

    [Fact]
    public void Bare_numbers_and_booleans_in_extFields_are_taken_as_their_text_and_nulls_as_absent()
    {
        var header = Frames.Json("""{"extFields":{"a":12,"b":-1.5e3,"c":true,"d":false,"e":null,"f":""}}""");
        Assert.Equal(["12", "-1.5e3", "true", "false", ""], "abcdf".Select(name => Field(header, name.ToString())));
        Assert.False(header.HasField("e"u8));
        Assert.Equal(5, header.FieldCount);
    }

    [Fact]
    public void Of_a_repeated_field_the_last_counts()
    {
        var header = Frames.Json("""{"extFields":{"a":"1","a":"2"}}""");
        Assert.Equal("2", Field(header, "a"));
    }

    [Theory]
    [InlineData("KLINGON", LanguageCode.Other)]
    [InlineData("node_js", LanguageCode.NodeJs)]
    [InlineData("DOTNET", LanguageCode.DotNet)]
    public void A_language_nobody_knows_is_other(string name, LanguageCode language) =>
        Assert.Equal(language, Frames.Json($$"""{"language":"{{name}}"}""").Language);

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("   ", "not valid JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("7", "not a JSON object")]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"code":1""", "not valid JSON")]
    [InlineData("""{"code":1}}""", "not valid JSON")]
    [InlineData("""{"code":1} x""", "not valid JSON")]
    [InlineData("""{"code":"ten"}""", "member code must be a 32-bit integer, not ten")]
    [InlineData("""{"code":1.5}""", "member code must be a 32-bit integer, not 1.5")]
    [InlineData("""{"code":99999999999}""", "member code must be a 32-bit integer, not 99999999999")]
    [InlineData("""{"opaque":[]}""", "member opaque must be a 32-bit integer, not an array")]
    [InlineData("""{"version":true}""", "member version must be a 32-bit integer, not a boolean")]
    [InlineData("""{"remark":{}}""", "member remark must be a string, not an object")]
    [InlineData("""{"language":[]}""", "member language must be a name, not an array")]
    [InlineData("""{"extFields":[]}""", "member extFields must be an object, not an array")]
    [InlineData("""{"extFields":"x"}""", "member extFields must be an object, not x")]
    [InlineData("""{"extFields":{"topic":{}}}""", "member topic must be text, not an object")]
    [InlineData("""{"extFields":{"queueId":[1]}}""", "member queueId must be text, not an array")]
    [InlineData("""{"extFields":{"topic":"\ud800"}}""", "not Unicode text")]
    [InlineData("""{"\udc00":1}""", "not Unicode text")]
    public void What_is_not_a_header_is_refused_with_the_reason(string text, string reason)
    {
        var header = Frames.Json("""{"code":1,"remark":"r","extFields":{"a":"1"}}""");
        var bytes = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text));
        Assert.Contains(reason, Assert.Throws<ProtocolViolationException>(() => header.Decode(bytes, SerializeType.Json)).Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (header.Code, header.FieldCount));
        Assert.Null(header.Remark);
        header.Decode(new ReadOnlySequence<byte>("{\"code\":4}"u8.ToArray()), SerializeType.Json);
        Assert.Equal(4, header.Code);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    public void Deep_nesting_is_refused(string opening)
    {
        var text = "{\"x\":" + string.Concat(Enumerable.Repeat(opening, 10_000));
        Assert.Throws<ProtocolViolationException>(() => Frames.Json(text));
    }

    [Fact]
    public void More_fields_than_any_command_has_are_refused()
    {
        Assert.Equal(CommandHeader.MaxFields, Frames.Json(WithFields(CommandHeader.MaxFields)).FieldCount);
        var refused = Assert.Throws<ProtocolViolationException>(() => Frames.Json(WithFields(CommandHeader.MaxFields + 1)));
        Assert.Equal("extFields has more than 512 entries", refused.Message);

        static string WithFields(int count) => $$$"""{"extFields":{{{{string.Join(',', Enumerable.Range(0, count).Select(number => $"\"{number}\":\"{number}\""))}}}}}""";
    }

    [Fact]
    public void Escapes_that_fill_the_whole_header_find_room()
    {
        var value = string.Concat(Enumerable.Repeat("\\u8ba2\\n\\\"\\\\\\ud83d\\ude00", 2_000));
        var header = Frames.Json($$$"""{"extFields":{"{{{value}}}":"{{{value}}}"},"remark":"{{{value}}}"}""");
        var expected = string.Concat(Enumerable.Repeat("订\n\"\\😀", 2_000));
        Assert.Equal(expected, header.Remark);
        Assert.Equal(expected, Field(header, expected));
    }

    private static string? Field(CommandHeader header, string name) =>
        header.TryGetField(Encoding.UTF8.GetBytes(name), out var value) ? Encoding.UTF8.GetString(value) : null;
}
