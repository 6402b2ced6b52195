using Rocket.Host.Configuration;
using Xunit;

namespace Rocket.Host.Tests.Configuration;

public sealed class HoconOutlineTests
{
    [Fact]
    public void Lines_of_nested_dotted_and_quoted_keys_are_known()
    {
        var outline = HoconOutline.Read("a {\n  b.c = 1 // comment\n  \"d e\" = \"x # no\"\n  f = [\n    1\n  ]\n  h : some text\n}\nj = \"\"\"two\nlines\"\"\"\nk = 5\n");
        Assert.Null(outline.Mistake);
        Assert.Equal(
            [("a", 1), ("a.b", 2), ("a.b.c", 2), ("a.\"d e\"", 3), ("a.f", 4), ("a.h", 7), ("j", 9), ("k", 11)],
            outline.Lines.Select(line => (line.Key.ToString(), line.Value)));
    }

    [Theory]
    [InlineData("a = 1 b = 2", 1, "a value with '=' in it stands in double quotes, and each key on a line of its own")]
    [InlineData("a\nb = 1", 1, "a has no value; wanted: a = value")]
    [InlineData("a =", 1, "a has no value")]
    [InlineData("a { b = }", 1, "a.b has no value")]
    [InlineData("a = \"x\nb = 1", 1, "the '\"' of this line is never closed")]
    [InlineData("a = \"\"\"x\nb = 1", 1, "the \"\"\" of this line is never closed")]
    [InlineData("x = 1\na = [1, 2", 2, "the '[' of this line is never closed")]
    [InlineData("a = [1,,2]", 1, "unexpected ',' in a list")]
    [InlineData("a = b ] c", 1, "unexpected ']' where a key should begin")]
    [InlineData("a.b. = 1", 1, "unexpected '=' where a key should begin")]
    [InlineData("a += 1", 1, "a has no value; wanted: a = value")]
    [InlineData("a b = 1", 1, "a blank in the key 'a b'; put each key on a line of its own")]
    [InlineData("a = x@y", 1, "a value with '@' in it stands in double quotes")]
    [InlineData("a = \"\\x\"", 1, "'\\' in double quotes begins an escape (\\\\ \\\" \\n \\t \\uXXXX); write \\\\ for the character itself")]
    [InlineData("a = ${?b}", 1, "only ${key} is supported, for a key of the same file")]
    [InlineData("a = $b", 1, "a value with '$' in it stands in double quotes")]
    [InlineData("{ a = 1 } b = 2", 1, "unexpected 'b' behind the closing '}'")]
    public void A_mistake_has_a_line_and_says_what_to_do(string text, int line, string mistake) =>
        Assert.Equal(new HoconMistake(line, mistake), HoconOutline.Read(text).Mistake);

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n// at all")]
    [InlineData("{ a = 1 }")]
    [InlineData("a = { b = 1, c = 2 }")]
    [InlineData("a = [\n  1,\n  2,\n]")]
    [InlineData("a {\r\n  b = 1\r\n}\r\n")]
    [InlineData("a = \"\\u00e9\\\"\\\\\"")]
    public void What_Akka_understands_is_taken(string text)
    {
        Assert.Null(HoconOutline.Read(text).Mistake);
        Akka.Configuration.ConfigurationFactory.ParseString(text);
    }

    [Fact]
    public void No_text_makes_it_throw_or_hang()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        const string Alphabet = "ab1 .={}[]\",:$#/\\\n\r\t+?\"\"{}==";
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            var outline = HoconOutline.Read(text);
            Assert.True(outline.Mistake is null || outline.Mistake.Line >= 1, $"seed {seed}: {text}");
        }
    }

    [Fact]
    public void What_it_takes_Akkas_parser_takes_too_and_it_knows_the_line_of_each_key()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        string[] words = ["a", "b-c", "\"q r\"", "."];
        string[] pieces = ["{\n", "}\n", " = 1\n", " = text of words\n", " = \"a{b\"\n", ".", " = [1, 2]\n", " {\n", "# note\n", " : off\n"];
        var taken = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(2, 12)).Select(index => (index % 2 == 0 ? words : pieces) is var from ? from[random.Next(from.Length)] : ""));
            var outline = HoconOutline.Read(text);
            if (outline.Mistake is not null)
            {
                continue;
            }

            taken++;
            foreach (var key in HoconKeys.Of(text))
            {
                Assert.True(outline.Lines.ContainsKey(key), $"seed {seed}: {key} in {text}");
            }
        }

        Assert.True(taken > 100, $"seed {seed}: only {taken} texts were taken");
    }
}
