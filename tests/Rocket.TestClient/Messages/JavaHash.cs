namespace Rocket.TestClient.Messages;

/// <summary>Java's String.hashCode: h = 31·h + each UTF-16 unit, wrapping at 32 bits. Tag filters and the key index are built on it.</summary>
public static class JavaHash
{
    public static int Of(ReadOnlySpan<char> text)
    {
        var hash = 0;
        foreach (var unit in text)
        {
            hash = unchecked((31 * hash) + unit);
        }

        return hash;
    }
}
