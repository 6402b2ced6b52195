using System.Text;
using CsCheck;
using Rocket.Actors.Clients;
using Rocket.Protocol.Messages;
using Xunit;

namespace Rocket.Actors.Tests.Clients;

public sealed class SubscriptionExpressionTests
{
    [Theory]
    [InlineData("*")]
    [InlineData("")]
    [InlineData(null)]
    public void Everything_passes_a_star_and_an_absent_expression(string? text)
    {
        Assert.True(SubscriptionExpression.TryParse(text, out SubscriptionExpression expression));
        Assert.True(expression.IsAll);
        Assert.True(expression.Accepts(SubscriptionExpression.NoTag));
        Assert.True(expression.Accepts(JavaHash.Of("TagA")));
    }

    [Theory]
    [InlineData("TagA", new[] { 2598919 })]
    [InlineData("TagA || TagB", new[] { 2598919, 2598920 })]
    [InlineData("TagB||TagA||TagB", new[] { 2598919, 2598920 })]
    [InlineData("  TagA||", new[] { 2598919 })]
    [InlineData("订单", new[] { 1129459 })]
    public void Tags_are_compared_by_the_hash_that_Java_gives_them(string text, int[] hashes)
    {
        Assert.True(SubscriptionExpression.TryParse(text, out SubscriptionExpression expression));
        Assert.Equal(hashes, expression.TagHashes.ToArray());
        Assert.All(hashes, hash => Assert.True(expression.Accepts(hash)));
        Assert.False(expression.Accepts(2598921));
        Assert.False(expression.Accepts(SubscriptionExpression.NoTag));
        Assert.True(SubscriptionExpression.TryParse(Encoding.UTF8.GetBytes(text), out SubscriptionExpression same));
        Assert.Equal(expression, same);
    }

    [Theory]
    [InlineData("||")]
    [InlineData(" ")]
    [InlineData(" || || ")]
    public void An_expression_without_tags_is_an_error_and_passes_nothing(string text)
    {
        Assert.False(SubscriptionExpression.TryParse(text, out SubscriptionExpression expression));
        Assert.False(expression.Accepts(SubscriptionExpression.NoTag));
        Assert.False(expression.Accepts(JavaHash.Of("TagA")));
    }

    [Fact]
    public void Any_text_passes_exactly_its_own_tags()
    {
        Gen<string> tag = Gen.String[Gen.Char['a', 'z'], 1, 8];
        Gen.Select(tag.Array[1, 6], tag).Sample((tags, other) =>
            SubscriptionExpression.TryParse(string.Join(" || ", tags), out SubscriptionExpression expression)
            && tags.All(each => expression.Accepts(JavaHash.Of(each)))
            && expression.Accepts(JavaHash.Of(other)) == tags.Any(each => JavaHash.Of(each) == JavaHash.Of(other)));
    }
}
