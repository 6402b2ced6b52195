using System.Globalization;
using System.Text;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Calls;

/// <summary>What came back: always the whole answer, and in derived classes its fields by type. Typed members throw when the answer lacks them.</summary>
public class Answer(RemotingCommand command)
{
    public RemotingCommand Command { get; } = command;

    public int Code => Command.Code;

    public string? Remark => Command.Remark;

    public HeaderFields Fields => Command.Fields;

    public ReadOnlyMemory<byte> Body => Command.Body;

    public bool IsSuccess => Code == ResponseCode.Success;

    public string BodyText => Encoding.UTF8.GetString(Body.Span);

    public override string ToString() => Command.ToString();

    /// <exception cref="RemotingFormatException">The answer has no such field.</exception>
    protected string Text(string name) =>
        Fields.TryGetValue(name, out var value) ? value : throw new RemotingFormatException($"field {name} is missing in {Command}");

    /// <exception cref="RemotingFormatException">The answer has no such field, or it is no decimal number.</exception>
    protected long Number(string name) =>
        long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new RemotingFormatException($"field {name} is no number in {Command}");
}

/// <summary>The server's answer has another code than the caller wants.</summary>
public sealed class UnexpectedAnswerException(RemotingCommand answer) : Exception($"unexpected {answer}")
{
    public RemotingCommand Answer { get; } = answer;
}

/// <summary>Makes a wrong code an exception.</summary>
public static class AnswerChecks
{
    /// <summary>The same answer, when its code is 0.</summary>
    /// <exception cref="UnexpectedAnswerException">Any other code.</exception>
    public static T Succeeded<T>(this T answer)
        where T : Answer => answer.WithCode(ResponseCode.Success);

    /// <summary>The same answer, when its code is <paramref name="code"/>.</summary>
    /// <exception cref="UnexpectedAnswerException">Any other code.</exception>
    public static T WithCode<T>(this T answer, int code)
        where T : Answer => answer.Code == code ? answer : throw new UnexpectedAnswerException(answer.Command);

    /// <summary>Awaits an answer and wants code 0.</summary>
    /// <exception cref="UnexpectedAnswerException">Any other code.</exception>
    public static async Task<T> Succeeded<T>(this Task<T> answer)
        where T : Answer => (await answer.ConfigureAwait(false)).Succeeded();

    /// <summary>Awaits an answer and wants that code.</summary>
    /// <exception cref="UnexpectedAnswerException">Any other code.</exception>
    public static async Task<T> WithCode<T>(this Task<T> answer, int code)
        where T : Answer => (await answer.ConfigureAwait(false)).WithCode(code);
}
