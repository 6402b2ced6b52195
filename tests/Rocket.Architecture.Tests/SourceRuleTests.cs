using System.Text.RegularExpressions;
using Rocket.Architecture.Tests.Compiled;
using Rocket.Architecture.Tests.Sources;
using Xunit;

namespace Rocket.Architecture.Tests;

public sealed partial class SourceRuleTests
{
    private const int MostLines = 400;

    /// <summary>Each runs once for every message or pull. The other handlers answer one request of a client's control traffic, and may ask.</summary>
    private static readonly string[] HotHandlers = ["SendHandler.cs", "PullHandler.cs", "UpdateOffsetHandler.cs"];

    [Fact]
    public void The_sources_are_found() => Assert.True(Repository.Sources.Count > 100, $"only {Repository.Sources.Count} files below {Repository.Root}/src");

    [Fact]
    public void No_type_and_no_file_has_a_name_that_says_nothing() =>
        Findings.None(
            "a name says what a thing is for, not that it helps",
            CompiledAssembly.All.SelectMany(assembly => assembly.DeclaredNames).Where(name => EmptyName().IsMatch(name))
                .Concat(Repository.Sources.Select(file => file.Path).Where(path => EmptyName().IsMatch(path))));

    [Fact]
    public void No_file_is_longer_than_400_lines() =>
        Findings.None(
            $"at most {MostLines} lines a file",
            Repository.Sources.Where(file => file.Lines > MostLines).Select(file => $"{file.Path}: {file.Lines} lines"));

    [Fact]
    public void Nothing_is_left_for_later() =>
        Findings.None("finished code only", Repository.Sources.SelectMany(file => file.MatchesInText(LeftForLater())));

    [Fact]
    public void An_empty_catch_says_why_nothing_is_to_be_done() =>
        Findings.None("a catch does something, or a comment in it says why not", Repository.Sources.SelectMany(file => file.MatchesInText(EmptyCatch())));

    /// <summary>A reason fits an exception that was foreseen, never all that there are: then the comment does not help.</summary>
    [Fact]
    public void No_catch_of_everything_is_empty() =>
        Findings.None(
            "an empty catch names the exceptions it is for",
            Repository.Sources.SelectMany(file => file.Matches(EmptyCatch())).Where(found => CatchOfEverything().IsMatch(found)));

    [Fact]
    public void Actors_start_no_tasks_of_their_own_and_never_block() =>
        Findings.None("no Task.Run, Thread.Sleep, .Result or .Wait() in Rocket.Actors", InActors().SelectMany(file => file.Matches(Blocking())));

    [Fact]
    public void Actors_have_the_time_from_a_TimeProvider() =>
        Findings.None("no DateTime.Now in Rocket.Actors", InActors().SelectMany(file => file.Matches(ClockOfTheMachine())));

    [Fact]
    public void The_hot_path_tells_and_never_asks()
    {
        var hot = Repository.Sources.Where(IsHot).ToList();
        Assert.All(HotHandlers, name => Assert.Contains(hot, file => file.Path.EndsWith("/" + name, StringComparison.Ordinal)));
        Findings.None("an Ask allocates a promise actor for each message", hot.SelectMany(file => file.Matches(Ask())));
    }

    [Theory]
    [InlineData("a // task.Result\nb", "a \nb")]
    [InlineData("a /* x\ny */ b", "a \n b")]
    [InlineData("Say(\"// \\\" x\"); b", "Say(); b")]
    [InlineData("Say(@\"\\\"); b", "Say(); b")]
    [InlineData("Say($\"{x}\"); b", "Say(); b")]
    [InlineData("Say(\"\"\"x \" y\"\"\"); b", "Say(); b")]
    [InlineData("Say('\"', '\\''); b", "Say(, ); b")]
    [InlineData("Say('\\u0001'); b", "Say(); b")]
    public void Rules_for_code_look_past_comments_and_quotes(string text, string code) => Assert.Equal(code, SourceFile.WithoutCommentsAndQuotes(text));

    [Theory]
    [InlineData("catch { }")]
    [InlineData("catch (IOException)\n{\n}")]
    [InlineData("catch (IOException lost) when (Is(lost, f())) { }")]
    public void The_rule_of_catches_finds_an_empty_one(string code) => Assert.Matches(EmptyCatch(), code);

    [Theory]
    [InlineData("catch (IOException) { Report(); }")]
    [InlineData("catch (IOException lost) when (lost is { })\n{ throw; }")]
    public void The_rule_of_catches_lets_a_full_one_be(string code) => Assert.DoesNotMatch(EmptyCatch(), code);

    [Theory]
    [InlineData("catch { }", true)]
    [InlineData("catch (Exception) { }", true)]
    [InlineData("catch (Exception lost) { }", true)]
    [InlineData("catch (IOException) { }", false)]
    [InlineData("catch (Exception lost) when (lost is IOException) { }", false)]
    public void A_catch_of_everything_has_no_type_and_no_filter(string code, bool everything) => Assert.Equal(everything, CatchOfEverything().IsMatch(code));

    private static IEnumerable<SourceFile> InActors() => Repository.Sources.Where(file => file.IsIn("src/Rocket.Actors"));

    private static bool IsHot(SourceFile file) =>
        file.IsIn("src/Rocket.Actors/Queues")
        || (file.IsIn("src/Rocket.Host/Gateway")
            && (!file.IsIn("src/Rocket.Host/Gateway/Handlers") || HotHandlers.Contains(Path.GetFileName(file.Path))));

    [GeneratedRegex("(Util|Utils|Utilities|Helper|Helpers|Manager|Managers|Impl|Common)(?![a-z])")]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|\bNotImplementedException\b")]
    private static partial Regex LeftForLater();

    // The filter's parentheses may nest; what follows them is the block.
    [GeneratedRegex(@"\bcatch\s*(\([^()]*\)\s*)?(when\s*\(((?<open>\()|(?<-open>\))|[^()])*(?(open)(?!))\)\s*)?\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"\bcatch\s*(\(\s*(System\s*\.\s*)?Exception(\s+\w+)?\s*\)\s*)?\{")]
    private static partial Regex CatchOfEverything();

    // `new RoundStep.Wait()` makes a value that is so named.
    [GeneratedRegex(@"\bTask\s*\.\s*Run\b|\bThread\s*\.\s*Sleep\b|\.\s*Result\b|(?<!\bnew\s+[\w.]*)\.\s*Wait\s*\(\s*\)"
        + @"|\.\s*GetAwaiter\s*\(\s*\)\s*\.\s*GetResult\b")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"\bDateTime(Offset)?\s*\.\s*(Utc)?Now\b")]
    private static partial Regex ClockOfTheMachine();

    [GeneratedRegex(@"\.\s*Ask\s*[<(]")]
    private static partial Regex Ask();
}
