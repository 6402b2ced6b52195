using System.Text;
using Rocket.Actors.Clients;
using Rocket.Protocol.Json;
using Xunit;

namespace Rocket.Actors.Tests.Clients;

/// <summary>Compiled conditions over properties: shared by their text, and not more than there is room for.</summary>
public sealed class PropertyExpressionsTests
{
    private readonly PropertyExpressions _expressions = new(capacity: 10_000);

    [Fact]
    public void All_who_filter_by_the_same_text_share_one_expression()
    {
        SubscriptionExpression first = Get("a > 5");

        Assert.Same(first, Get("a > 5"));
        Assert.True(_expressions.TryGet("SQL92"u8, "a > 5"u8, out SubscriptionExpression same, out _));
        Assert.Same(first, same);
        Assert.True(_expressions.TryGet("sql92"u8, "a > 5"u8, out same, out _));
        Assert.Same(first, same);
        Assert.NotSame(first, Get("a > 6"));
        Assert.Equal(2, _expressions.Count);
    }

    [Fact]
    public void A_long_text_and_one_that_is_not_ascii_are_found_in_both_forms()
    {
        foreach (string text in new[] { $"a IN ({string.Join(',', Enumerable.Range(0, 300).Select(i => $"'{i}'"))})", "a = '订单号'", $"a = '{new string('订', 200)}'" })
        {
            Assert.True(_expressions.TryGet("SQL92"u8, Encoding.UTF8.GetBytes(text), out SubscriptionExpression expression, out _));
            Assert.Same(expression, Get(text));
        }
    }

    [Fact]
    public void What_is_used_stays_and_what_is_not_makes_room()
    {
        SubscriptionExpression used = Get("used = 1");
        for (int number = 0; number < 10_000; number++)
        {
            Get($"a = {number}");
            Assert.Same(used, Get("used = 1"));
        }

        Assert.InRange(_expressions.Count, 100, 400);
        Assert.Equal(Get("a = 0"), Get("a = 0"));
    }

    [Fact]
    public void What_cannot_be_understood_is_read_once_and_told_to_all_who_ask()
    {
        Assert.False(_expressions.TryGet("SQL92", "a >", out SubscriptionExpression expression, out string error));

        Assert.Same(SubscriptionExpression.None, expression);
        Assert.StartsWith("line 1, column 4: expected ", error, StringComparison.Ordinal);
        Assert.False(_expressions.TryGet("SQL92"u8, "a >"u8, out expression, out string again));
        Assert.Same(error, again);
        Assert.Same(SubscriptionExpression.None, expression);
        Assert.Equal(1, _expressions.Count);
    }

    [Fact]
    public void A_text_that_is_too_long_for_an_expression_takes_no_room()
    {
        var expressions = new PropertyExpressions(capacity: 1_000_000);

        Assert.False(expressions.TryGet("SQL92", new string('a', 8193), out _, out string error));

        Assert.Contains("8192 are allowed", error, StringComparison.Ordinal);
        Assert.Equal(0, expressions.Count);
    }

    [Fact]
    public void Texts_that_cannot_be_understood_take_no_more_room_than_others()
    {
        SubscriptionExpression used = Get("used = 1");
        for (int number = 0; number < 10_000; number++)
        {
            Assert.False(_expressions.TryGet("SQL92", $"a = {number} =", out _, out _));
            Assert.Same(used, Get("used = 1"));
        }

        Assert.InRange(_expressions.Count, 50, 200);
    }

    [Fact]
    public void A_type_that_is_not_known_is_none_of_the_texts()
    {
        Assert.False(_expressions.TryGet("XPATH", "a > 5", out SubscriptionExpression expression, out string error));
        Assert.Same(SubscriptionExpression.None, expression);
        Assert.Equal("this type of expression is not known, there are TAG and SQL92", error);
        Assert.False(_expressions.TryGet(""u8, "a > 5"u8, out _, out error));
        Assert.Equal(0, _expressions.Count);
    }

    [Fact]
    public async Task Many_threads_get_what_they_asked_for()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int round = 0; round < 5000; round++)
            {
                string text = $"a = {(round * (thread + 1)) % 500}";
                Assert.Equal(text, Get(text).Sql!.Text);
            }
        })));
        Assert.InRange(_expressions.Count, 1, 400);
    }

    [Theory]
    [InlineData("SQL92", "a > 5", "")]
    [InlineData("sql92", "a > 5", "")]
    [InlineData("SQL92", "*", "line 1, column 1: * has no meaning here")]
    [InlineData("XPATH", "a > 5", "this type of expression is not known, there are TAG and SQL92")]
    public void A_subscription_says_why_its_condition_cannot_be_understood(string type, string text, string error)
    {
        var subscription = new TopicSubscription("T", text, type, subVersion: 1);

        Assert.Equal((false, error), (subscription.IsTag, subscription.Error));
        Assert.Equal(error.Length == 0 ? text : null, subscription.Expression.Sql?.Text);
        Assert.Equal(subscription, new TopicSubscription("T", text, type, subVersion: 1));
        Assert.NotEqual(subscription, new TopicSubscription("T", text + " ", type, subVersion: 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tag")]
    [InlineData(ExpressionTypes.Tag)]
    public void A_subscription_without_a_type_is_one_of_tags(string type)
    {
        var subscription = new TopicSubscription("T", "TagA", type, subVersion: 1);

        Assert.True(subscription.IsTag);
        Assert.Null(subscription.Expression.Sql);
        Assert.Equal(1, subscription.Expression.TagHashes.Length);
    }

    private SubscriptionExpression Get(string text)
    {
        Assert.True(_expressions.TryGet("SQL92", text, out SubscriptionExpression expression, out string error), error);
        return expression;
    }
}
