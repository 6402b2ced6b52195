using System.Buffers;
using System.Text;
using CsCheck;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Xunit;

namespace Rocket.Protocol.Tests.Headers;

public sealed class HeaderRoundTripTests
{
    [Fact]
    public void What_the_encoder_writes_the_header_reads() =>
        Gen.Select(Generators.SerializeType, Gen.Short, Generators.AnyInt32, Generators.AnyInt32, Generators.SomeText.Null(), Fields, Generators.Bytes)
            .Sample((type, code, opaque, flag, remark, fields, body) =>
            {
                var encoder = new CommandEncoder();
                // A request's code may be one that a binary header cuts; that is another test's business.
                encoder.Start(type, code, opaque, flag | CommandFlags.Response, remark);
                foreach (var (name, value) in fields)
                {
                    encoder.AddField(Encoding.UTF8.GetBytes(name), value);
                }

                var header = Frames.ReadHeader(Frames.Write(encoder, body), out var readBody);

                Assert.Equal(type, header.SerializeType);
                Assert.Equal(code, header.Code);
                Assert.Equal(opaque, header.Opaque);
                Assert.Equal(flag | CommandFlags.Response, header.Flag);
                Assert.Equal(remark, header.Remark);
                Assert.Equal(body, readBody);
                Assert.Equal(fields, Read(header));
            });

    [Fact]
    public void A_header_reads_the_same_wherever_its_bytes_are_cut() =>
        Gen.Select(Generators.SerializeType, Generators.Text, Fields).Sample(
            (type, remark, fields) =>
            {
                var encoder = new CommandEncoder();
                encoder.Start(type, 1, 2, CommandFlags.Response, remark);
                foreach (var (name, value) in fields)
                {
                    encoder.AddField(Encoding.UTF8.GetBytes(name), value);
                }

                var bytes = Frames.Write(encoder)[FrameLayout.HeaderAt..];
                var header = new CommandHeader();
                for (var index = 0; index <= bytes.Length; index += 7)
                {
                    header.Decode(Segments.SplitAt(bytes, index), type);
                    Assert.Equal(remark.Length == 0 && type == SerializeType.RocketMq ? null : remark, header.Remark);
                    Assert.Equal(fields, Read(header));
                }
            },
            iter: 20);

    [Fact]
    public void One_header_object_and_one_encoder_serve_one_command_after_another()
    {
        var encoder = new CommandEncoder();
        var header = new CommandHeader();
        Gen.Select(Generators.SerializeType, Generators.SomeText.Null(), Fields).Sample(
            (type, remark, fields) =>
            {
                encoder.Start(type, 5, 6, CommandFlags.Response, remark);
                foreach (var (name, value) in fields)
                {
                    encoder.AddField(Encoding.UTF8.GetBytes(name), value);
                }

                var bytes = Frames.Write(encoder);
                header.Decode(new ReadOnlySequence<byte>(bytes.AsMemory(FrameLayout.HeaderAt)), type);
                Assert.Equal(remark, header.Remark);
                Assert.Equal(fields, Read(header));
            },
            threads: 1);
    }

    [Fact]
    public void Numbers_and_booleans_are_written_as_text() =>
        Gen.Select(Generators.SerializeType, Generators.AnyInt64, Generators.AnyInt32, Gen.Bool).Sample((type, wide, narrow, truth) =>
        {
            var encoder = new CommandEncoder();
            encoder.Start(type, 1, 2, CommandFlags.Response);
            encoder.AddField("wide"u8, wide);
            encoder.AddField("narrow"u8, narrow);
            encoder.AddField("truth"u8, truth);
            encoder.AddField("absent"u8, (string?)null);
            (string, string)[] expected = [("wide", $"{wide}"), ("narrow", $"{narrow}"), ("truth", truth ? "true" : "false")];
            Assert.Equal(expected, Read(Frames.ReadHeader(Frames.Write(encoder), out _)));
        });

    // Zero-length values mean "absent" in binary headers, so there is none here.
    private static Gen<(string Name, string Value)[]> Fields =>
        Gen.Select(Generators.Text, Generators.SomeText, (name, value) => (name, value)).Array[0, 20];

    private static List<(string Name, string Value)> Read(CommandHeader header)
    {
        var fields = new List<(string, string)>();
        foreach (var field in header.Fields)
        {
            fields.Add((Encoding.UTF8.GetString(field.Name), Encoding.UTF8.GetString(field.Value)));
        }

        Assert.Equal(header.FieldCount, fields.Count);
        Assert.Equal(header.FieldCount, header.Fields.Count);
        return fields;
    }
}
