using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Rocket.TestClient.Wire;

namespace Rocket.Host.Tests.Fuzz;

/// <summary>Makes requests that are nearly right, from good ones: all that it does follows from its random numbers.</summary>
internal sealed class Mutator(Random random)
{
    /// <summary>What numbers, names and texts become.</summary>
    private static readonly byte[][] Values =
    [
        .. new[]
        {
            "", " ", "0", "-1", "1", "2", "3", "15", "16", "17", "127", "128", "255", "256", "32767", "65536", "2147483647", "-2147483648", "2147483648",
            "4294967296", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "99999999999999999999", "1e9", "0x10", "1.5", "+5", "00", "NaN",
            "true", "false", "True", "null", "*", "||", " || ", "TagA || TagB", "a||b||c", "TAG", "SQL92", "%RETRY%group-a", "%RETRY%", "%DLQ%group-a", "%",
            "TBW102", "SCHEDULE_TOPIC_XXXX", "RMQ_SYS_TRANS_HALF_TOPIC", "fuzz-a", "fuzz-d", "group-b", "broker-a", "DefaultCluster", "../../etc", "a/b", "a|b", "a\nb",
            "订单", "\u0000", "\u0001", "\u0002", "\ud83d\ude00", "KEYS\u0001a b c\u0002TAGS\u0001T\u0002WAIT\u0001false", "TRAN_MSG\u0001true", "DELAY\u00013", "A\u0001", "\u0001B",
            "UNIQ_KEY\u0001U\u0002UNIQ_KEY\u0001V", "CLUSTER\u0001x\u0002__TRANSIENT\u0001y",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
        new byte[127], Repeat('t', 127), Repeat('t', 128), Repeat('g', 255), Repeat('g', 256), Repeat('p', 32_767), Repeat('9', 400), Repeat('|', 3000),
        Encoding.UTF8.GetBytes(string.Join("||", Enumerable.Range(0, 900))),
    ];

    private static readonly string[] BareValues = ["1", "-3", "1e2", "true", "null", "{}", "[]", "{\"a\":1}", "[[[[[[[[1]]]]]]]]", "123456789012345678901234567890"];

    private static readonly string[] ExtraMembers =
        ["\"serializeTypeCurrentRPC\":\"JSON\"", "\"x\":null", "\"x\":{\"y\":[1,2,{\"z\":\"\"}]}", "\"code\":11", "\"CODE\":34", "\"extFields\":null", "\"extFields\":{\"topic\":\"fuzz-b\"}",
         "\"opaque\":\"7\"", "\"x\":" + new string('[', 31) + new string(']', 31), "\"x\":" + new string('[', 40) + new string(']', 40), "\"remark\":7", "\"language\":\"KLINGON\""];

    private static readonly string[] Tokens =
        ["{", "}", "[", "]", "\"", ":", ",", "null", "true", "-1", "1e999", "\\u0000", "\\ud800", "\"\":{}", "99999999999999999999", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{\"a\":"];

    private static readonly int[] Lies = [int.MinValue, -1, 0, 1, 4, 21, 22, 127, 128, 32_767, 32_768, 65_536, 0x00FF_FFFF, 0x0100_0000, 16_777_216, int.MaxValue];

    private static readonly string[] Names = [.. Corpus.All.SelectMany(frame => frame.Fields).Select(field => Encoding.UTF8.GetString(field.Name)).Distinct()];

    private static readonly int[] Codes = [.. Corpus.All.Select(frame => frame.Code).Distinct(), -1, 1023, 1024, 32_767, 32_768, 65_536, 200_050, int.MaxValue, int.MinValue];

    /// <summary>A request whose parts are wrong, now and then none of them; its frame is whole.</summary>
    public FuzzFrame Next(int opaque)
    {
        var frame = Corpus.All[random.Next(Corpus.All.Count)].Copy();
        frame.Opaque = opaque;
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            Change(frame);
        }

        return frame;
    }

    /// <summary>Changes bytes of a frame without regard to what they mean; its lengths may lie afterwards.</summary>
    public byte[] Damage(byte[] frame)
    {
        for (var changes = random.Next(1, 4); changes > 0 && frame.Length > 0; changes--)
        {
            frame = ChangeBytes(frame);
        }

        return frame;
    }

    private void Change(FuzzFrame frame)
    {
        switch (random.Next(16))
        {
            case 0:
                frame.Code = Codes[random.Next(Codes.Length)];
                break;
            case 1:
                frame.Flag = random.Next(4) == 0 ? random.Next() : random.Next(4) & ~RemotingCommand.ResponseFlag;
                break;
            case 2:
                frame.Opaque = random.Next(2) == 0 ? random.Next(int.MinValue, int.MaxValue) : Lies[random.Next(Lies.Length)];
                break;
            case 3:
                frame.Version = random.Next(2) == 0 ? random.Next(500) : Lies[random.Next(Lies.Length)];
                frame.Language = (byte)random.Next(256);
                break;
            case 4:
                frame.Remark = Values[random.Next(Values.Length)];
                break;
            case 5:
                frame.ExtraMember = ExtraMembers[random.Next(ExtraMembers.Length)];
                break;
            case 6 when random.Next(8) == 0:
                // Beyond what a connection may hold without asking, so that room is asked for.
                frame.Body = new byte[random.Next(50_000, 160_000)];
                break;
            case < 9 when frame.Body.Length > 0:
                frame.Body = ChangeBytes(frame.Body);
                break;
            default:
                ChangeFields(frame.Fields);
                break;
        }
    }

    private void ChangeFields(List<FuzzField> fields)
    {
        var name = Encoding.UTF8.GetBytes(Names[random.Next(Names.Length)]);
        if (fields.Count == 0 || random.Next(8) == 0)
        {
            fields.Insert(random.Next(fields.Count + 1), new FuzzField(name, Values[random.Next(Values.Length)]));
            return;
        }

        var index = random.Next(fields.Count);
        switch (random.Next(8))
        {
            case 0:
                fields.RemoveAt(index);
                break;
            case 1:
                fields.Add(fields[index]);
                break;
            case 2:
                fields[index] = fields[index] with { Name = name };
                break;
            case 3:
                var other = random.Next(fields.Count);
                (fields[index], fields[other]) = (fields[index] with { Value = fields[other].Value }, fields[other] with { Value = fields[index].Value });
                break;
            case 4:
                fields[index] = new FuzzField(fields[index].Name, Encoding.UTF8.GetBytes(BareValues[random.Next(BareValues.Length)]), IsBare: true);
                break;
            case 5:
                fields[index] = fields[index] with { Value = ChangeBytes(fields[index].Value) };
                break;
            case 6:
                fields[index] = fields[index] with { Value = Encoding.UTF8.GetBytes((random.NextInt64() >> random.Next(63)).ToString(CultureInfo.InvariantCulture)) };
                break;
            default:
                fields[index] = fields[index] with { Value = Values[random.Next(Values.Length)] };
                break;
        }
    }

    private byte[] ChangeBytes(byte[] bytes)
    {
        var position = random.Next(bytes.Length + 1);
        var copy = bytes.ToArray();
        switch (random.Next(7))
        {
            case 0 when position < bytes.Length:
                copy[position] ^= (byte)(1 << random.Next(8));
                return copy;
            case 1 when position < bytes.Length:
                copy[position] = (byte)random.Next(256);
                return copy;
            case 2 when bytes.Length - position >= sizeof(int):
                BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(position), Lies[random.Next(Lies.Length)]);
                return copy;
            case 3:
                return bytes[..position];
            case 4:
                var noise = new byte[random.Next(1, 20)];
                random.NextBytes(noise);
                return [.. bytes[..position], .. noise, .. bytes[position..]];
            case 5 when bytes.Length > 0:
                var from = random.Next(bytes.Length);
                var until = Math.Min(bytes.Length, from + random.Next(1, 100));
                return [.. bytes[..position], .. bytes[from..until], .. bytes[position..]];
            default:
                return [.. bytes[..position], .. Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]), .. bytes[position..]];
        }
    }

    private static byte[] Repeat(char character, int count) => Encoding.UTF8.GetBytes(new string(character, count));
}
