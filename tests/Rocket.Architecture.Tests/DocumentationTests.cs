using System.Text.RegularExpressions;
using Rocket.Architecture.Tests.Sources;
using Xunit;

namespace Rocket.Architecture.Tests;

public sealed partial class DocumentationTests
{
    [Fact]
    public void The_repository_and_each_project_in_src_have_a_README()
    {
        var projects = Repository.FilesBelow("src", ".csproj").Select(project => Path.GetDirectoryName(project)!).ToList();
        Assert.NotEmpty(projects);
        Findings.None(
            "README.md is missing",
            projects.Append(Repository.Root)
                .Select(folder => Path.Combine(folder, "README.md"))
                .Where(readme => !File.Exists(readme))
                .Select(Repository.RelativePath));
    }

    [Fact]
    public void Each_relative_link_in_the_documents_leads_to_a_file_or_a_folder()
    {
        var documents = Repository.FilesBelow(".", ".md").ToList();
        Assert.NotEmpty(documents);
        Findings.None(
            "a link leads nowhere",
            from document in documents
            from target in RelativeLinks(File.ReadAllText(document))
            where !Path.Exists(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, target)))
            select $"{Repository.RelativePath(Path.GetFullPath(document))}: {target}");
    }

    [Theory]
    [InlineData("see [a](docs/a.md) and [b](b.md#part \"title\")", "docs/a.md b.md")]
    [InlineData("[![a](picture.svg)](page.md)", "picture.svg page.md")]
    [InlineData("[a]: ../a.md", "../a.md")]
    [InlineData("[a](https://example.org/a.md), [b](#part), [c](mailto:a@example.org)", "")]
    [InlineData("`[a](a.md)`\n```\n[b](b.md)\n```\n[c](c%20d.md)", "c d.md")]
    public void A_link_is_relative_when_it_has_neither_scheme_nor_only_an_anchor(string markdown, string targets) =>
        Assert.Equal(targets, string.Join(' ', RelativeLinks(markdown)));

    private static IEnumerable<string> RelativeLinks(string markdown) =>
        Links().Matches(CodeInMarkdown().Replace(markdown, ""))
            .Select(link => link.Groups["target"].Value)
            .Where(target => target[0] != '#' && !Scheme().IsMatch(target))
            .Select(target => Uri.UnescapeDataString(target.Split('#')[0]));

    [GeneratedRegex(@"^\s*(?<fence>```+|~~~+).*?^\s*\k<fence>\s*?$|`[^`\n]+`", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeInMarkdown();

    [GeneratedRegex(@"\]\(\s*<?(?<target>[^\s)>]+)|^\s*\[[^\]\n]+\]:\s*<?(?<target>[^\s>]+)", RegexOptions.Multiline)]
    private static partial Regex Links();

    [GeneratedRegex("^([A-Za-z][A-Za-z0-9+.-]*:|//)")]
    private static partial Regex Scheme();
}
