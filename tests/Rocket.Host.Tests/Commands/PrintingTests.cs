using Rocket.Host.Commands.Terminal;
using Xunit;

namespace Rocket.Host.Tests.Commands;

/// <summary>How answers look.</summary>
public sealed class PrintingTests
{
    private const string Answer = """
        {"title":"T","columns":["name","count","ok"],"rows":[["long name",7,true],["b",1234,false],[null,null,""]],"notes":["a remark"]}
        """;

    [Fact]
    public void A_plain_table_has_columns_numbers_to_the_right_and_remarks_below() => Assert.Equal(
        "name       count  ok\nlong name      7  yes\nb           1234  no\n-          -      -\n\na remark\n", PlainTable.Of(NodeAnswer.Parse(Answer)!));

    [Fact]
    public void A_drawn_table_has_the_same_cells()
    {
        using var output = new StringWriter();

        Assert.True(DrawnTable.TryDraw(NodeAnswer.Parse(Answer)!, output));

        Assert.All(new[] { "T", "│ long name │     7 │ yes │", "a remark" }, text => Assert.Contains(text, output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_table_that_does_not_fit_the_terminal_is_not_drawn()
    {
        using var output = new StringWriter();
        var wide = Answer.Replace("long name", new string('x', 1000), StringComparison.Ordinal);

        Assert.False(DrawnTable.TryDraw(NodeAnswer.Parse(wide)!, output));
        Assert.Equal("", output.ToString());
    }

    [Theory]
    [InlineData("plain äöü 漢字", "plain äöü 漢字")]
    [InlineData("\u001b[31mred\u0007", "\\u001b[31mred\\u0007")]
    [InlineData("a\nb\r\u009b", "a\\u000ab\\u000d\\u009b")]
    [InlineData("a\u202eb\u2028", "a\\u202eb\\u2028")]
    [InlineData("[red]markup[/]", "[red]markup[/]")]
    public void What_a_terminal_would_obey_is_shown_as_a_number(string text, string shown) => Assert.Equal(shown, AnswerCell.Harmless(text));

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"title":"T"}""")]
    [InlineData("""{"title":"T","columns":["a"],"rows":[1]}""")]
    [InlineData("""{"error":"no"}""")]
    public void Other_json_is_no_answer(string json) => Assert.Null(NodeAnswer.Parse(json));
}
