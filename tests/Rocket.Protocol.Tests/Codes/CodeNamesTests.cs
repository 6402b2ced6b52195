using System.Reflection;
using Rocket.Protocol.Codes;
using Xunit;

namespace Rocket.Protocol.Tests.Codes;

public sealed class CodeNamesTests
{
    [Fact]
    public void Every_request_code_is_one_number_with_one_name()
    {
        var codes = Constants(typeof(RequestCode));
        Assert.Equal(codes.Count, codes.Select(code => code.Value).Distinct().Count());
        Assert.Equal(codes.Count, codes.Select(code => RequestCode.NameOf(code.Value)).Distinct().Count());
        Assert.All(codes, code => AssertNamed(code.Name, RequestCode.NameOf(code.Value)));
    }

    [Fact]
    public void Every_response_code_has_a_name()
    {
        // 209 to 211 mean one thing in 4.x and another in 5.x.
        var codes = Constants(typeof(ResponseCode)).Where(code => !code.Name.Contains("Acl", StringComparison.Ordinal) && !code.Name.Contains("WhiteAddrs", StringComparison.Ordinal));
        Assert.All(codes, code => AssertNamed(code.Name, ResponseCode.NameOf(code.Value)));
    }

    [Theory]
    [InlineData(10, "SEND_MESSAGE")]
    [InlineData(105, "GET_ROUTEINFO_BY_TOPIC")]
    [InlineData(310, "SEND_MESSAGE_V2")]
    [InlineData(200050, "POP_MESSAGE")]
    [InlineData(16, null)]
    [InlineData(-1, null)]
    public void Names_are_those_of_RocketMQ(int code, string? name) => Assert.Equal(name, RequestCode.NameOf(code));

    private static List<(string Name, int Value)> Constants(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (field.Name, (int)field.GetRawConstantValue()!))];

    private static void AssertNamed(string constant, string? name)
    {
        Assert.NotNull(name);
        Assert.Equal(constant, name.Replace("_", string.Empty, StringComparison.Ordinal), ignoreCase: true);
    }
}
