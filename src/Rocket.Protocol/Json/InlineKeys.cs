using System.Buffers;

namespace Rocket.Protocol.Json;

/// <summary>
/// What fastjson writes for maps whose keys are no texts, <c>{{"queueId":0}:5}</c> and <c>{0:5}</c>, as standard JSON: such a key becomes a string that holds it. Standard JSON stays as it is;
/// what is no JSON at all stays none.
/// </summary>
internal static class InlineKeys
{
    /// <summary>Writes the text with its keys quoted. False: it is nested too deeply, or a key does not end.</summary>
    public static bool TryQuote(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        Span<bool> isObject = stackalloc bool[ProtocolJson.MaxDepth];
        var depth = 0;
        var awaitsKey = false;
        while (!json.IsEmpty)
        {
            var length = 1;
            switch (json[0])
            {
                case (byte)'"':
                    length = StringLength(json);
                    awaitsKey = false;
                    break;
                case (byte)'{' when awaitsKey:
                    length = ObjectLength(json);
                    if (length == 0)
                    {
                        return false;
                    }

                    WriteQuoted(json[..length], output);
                    json = json[length..];
                    awaitsKey = false;
                    continue;
                case (byte)'-' or (>= (byte)'0' and <= (byte)'9') when awaitsKey:
                    length = NumberLength(json);
                    WriteQuoted(json[..length], output);
                    json = json[length..];
                    awaitsKey = false;
                    continue;
                case (byte)'{' or (byte)'[':
                    if (depth == isObject.Length)
                    {
                        return false;
                    }

                    isObject[depth++] = awaitsKey = json[0] == (byte)'{';
                    break;
                case (byte)'}' or (byte)']':
                    depth = Math.Max(0, depth - 1);
                    awaitsKey = false;
                    break;
                case (byte)',':
                    awaitsKey = depth > 0 && isObject[depth - 1];
                    break;
            }

            output.Write(json[..length]);
            json = json[length..];
        }

        return true;
    }

    private static void WriteQuoted(ReadOnlySpan<byte> key, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        while (key.IndexOfAny((byte)'"', (byte)'\\') is var next && next >= 0)
        {
            output.Write(key[..next]);
            output.Write([(byte)'\\', key[next]]);
            key = key[(next + 1)..];
        }

        output.Write(key);
        output.Write("\""u8);
    }

    /// <summary>Bytes of a string with its quotes; all that is left when it does not end.</summary>
    private static int StringLength(ReadOnlySpan<byte> json)
    {
        for (var at = 1; at < json.Length; at++)
        {
            if (json[at] == (byte)'\\')
            {
                at++;
            }
            else if (json[at] == (byte)'"')
            {
                return at + 1;
            }
        }

        return json.Length;
    }

    /// <summary>Bytes of an object with all that is in it; 0 when it does not end.</summary>
    private static int ObjectLength(ReadOnlySpan<byte> json)
    {
        var depth = 0;
        for (var at = 0; at < json.Length; at++)
        {
            switch (json[at])
            {
                case (byte)'"':
                    at += StringLength(json[at..]) - 1;
                    break;
                case (byte)'{':
                    depth++;
                    break;
                case (byte)'}' when --depth == 0:
                    return at + 1;
            }
        }

        return 0;
    }

    private static int NumberLength(ReadOnlySpan<byte> json)
    {
        var length = 1;
        while (length < json.Length && json[length] is >= (byte)'0' and <= (byte)'9')
        {
            length++;
        }

        return length;
    }
}
