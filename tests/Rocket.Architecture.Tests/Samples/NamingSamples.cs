using System.Text;

// Each type names one other in one way, for the tests of the reader. They are never run.
namespace Rocket.Architecture.Tests.Samples;

internal abstract class BaseType : EncoderFallback;

internal abstract class FieldInAList
{
    protected List<StringBuilder>? Kept = [];
}

internal interface Parameter
{
    void Take(in StringBuilder text);
}

internal interface ArrayResult
{
    StringBuilder[] Give();
}

internal static class StaticCall
{
    public static string Run(string path) => Path.GetFileName(path);
}

internal static class TypeOf
{
    public static object Run() => typeof(StringBuilder);
}

internal static class GenericCall
{
    public static object Run() => Array.Empty<StringBuilder>();
}

internal static class Closure
{
    public static Func<string> Run(int number) => () => new StringBuilder().Append(number).ToString();
}

internal static class AwaitedCall
{
    public static async Task<string> Run()
    {
        await Task.Yield();
        return Path.GetRandomFileName();
    }
}

internal static class Caught
{
    public static bool Run(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }
}

internal static class AfterASwitch
{
    public static string Run(int number)
    {
        var length = number switch { 0 => 4L, 1 => 8L, 2 => 16L, 3 => 32L, 4 => 64L, _ => long.MaxValue };
        return Path.GetFileName(length.ToString(provider: null));
    }
}

internal interface Constraint
{
    void Take<T>(T value)
        where T : Encoding;
}

internal sealed class Holder
{
    public StringBuilder Text { get; } = new();
}

internal static class OwnProperty
{
    public static object Run(Holder holder) => holder.Text;
}
