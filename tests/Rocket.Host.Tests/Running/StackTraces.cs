namespace Rocket.Host.Tests.Running;

/// <summary>Stack traces in a log: a log for people has none but of a failure that nobody foresaw.</summary>
public static class StackTraces
{
    private const int LinesBefore = 3;

    /// <summary>Each of them with the lines that introduce it.</summary>
    public static IReadOnlyList<string> In(string output)
    {
        var lines = output.Split('\n');
        return
        [
            .. from index in Enumerable.Range(0, lines.Length)
               where IsFrame(lines[index]) && (index == 0 || !IsFrame(lines[index - 1]))
               select string.Join('\n', lines.Skip(index - LinesBefore).Take(LinesBefore + 2)),
        ];
    }

    private static bool IsFrame(string line) => line.StartsWith("   at ", StringComparison.Ordinal) || line.StartsWith("--- End of stack trace", StringComparison.Ordinal);
}
