using System.Net;
using Microsoft.AspNetCore.Http;
using Rocket.Host.Commands;
using Rocket.Host.Commands.Http;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>The rules by themselves.</summary>
public sealed class RequestGuardTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.8.8", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("10.0.0.5", false)]
    [InlineData("::ffff:10.0.0.5", false)]
    [InlineData("fe80::1", false)]
    public void Only_a_loopback_address_is_of_this_machine(string address, bool local) =>
        Assert.Equal(local, RequestGuard.IsLocal(IPAddress.Parse(address), new HeaderDictionary()));

    [Fact]
    public void An_unknown_address_is_not_of_this_machine() => Assert.False(RequestGuard.IsLocal(null, new HeaderDictionary()));

    [Theory]
    [InlineData("127.0.0.1:8080", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("", false)]
    [InlineData("localhost.", false)]
    [InlineData("node1", false)]
    public void A_host_is_an_address_or_localhost(string host, bool taken)
    {
        var refusal = Record.Exception(() => RequestGuard.CheckHost(new HostString(host)));

        Assert.Equal(taken ? null : CommandFailure.Forbidden, (refusal as CommandException)?.Failure);
    }
}
