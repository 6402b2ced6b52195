using CsCheck;
using Rocket.Actors.Wire;
using Xunit;

namespace Rocket.Actors.Tests.Wire;

public sealed class PayloadTests
{
    [Fact]
    public void What_is_written_is_read_back_compressed_or_not() =>
        Gen.Select(Gen.Long, Gen.String[0, 20]).Array[0, 200].Sample(values =>
        {
            PayloadReader reader = new(Write(values));
            foreach ((long number, string text) in values)
            {
                if (reader.ReadSigned() != number || reader.ReadUnsigned() != unchecked((ulong)number) || reader.ReadText() != WellFormed(text))
                {
                    return false;
                }
            }

            return reader.IsAtEnd;
        });

    [Fact]
    public void The_layout_is_what_other_versions_wrote()
    {
        var writer = new PayloadWriter();
        writer.WriteUnsigned(300);
        writer.WriteSigned(-2);
        writer.WriteText("TagA");
        writer.WriteText("é");
        writer.WriteText("TagA");
        Assert.Equal("01AC02030004546167410002C3A901", Convert.ToHexString(writer.ToPayload()));
    }

    [Fact]
    public void Repeated_names_take_little_room()
    {
        var writer = new PayloadWriter();
        for (int number = 0; number < 160; number++)
        {
            writer.WriteText($"Topic-of-orders-{number}");
            writer.WriteSigned(4);
        }

        Assert.InRange(writer.ToPayload().Length, 1, 160 * 10);
    }

    [Fact]
    public void Damaged_payloads_are_refused_and_nothing_else()
    {
        byte[] payload = Write([(5, "some text that is long enough"), (-7, "another one, to be compressed, another one, to be compressed")]);
        Gen.Select(Gen.Int[0, payload.Length - 1], Gen.Byte, Gen.Int[0, payload.Length]).Sample(
            (position, value, length) =>
            {
                byte[] damaged = payload[..length];
                if (position < length)
                {
                    damaged[position] = value;
                }

                try
                {
                    var reader = new PayloadReader(damaged);
                    while (!reader.IsAtEnd)
                    {
                        reader.ReadSigned();
                        reader.ReadUnsigned();
                        reader.ReadText();
                    }
                }
                catch (InvalidDataException)
                {
                    // The one exception that readers expect.
                }
            },
            iter: 5000);
    }

    [Fact]
    public void A_false_length_takes_no_memory()
    {
        Assert.Throws<InvalidDataException>(() => new PayloadReader(Convert.FromHexString("02FFFFFFFFFFFFFFFFFF01")));
        Assert.Throws<InvalidDataException>(() => new PayloadReader(Convert.FromHexString("01FFFFFFFFFF7F")).ReadCount());
        Assert.Throws<InvalidDataException>(() => new PayloadReader(default));
        Assert.Throws<InvalidDataException>(() => new PayloadReader(new byte[] { 9 }));
    }

    private static byte[] Write((long Number, string Text)[] values)
    {
        var writer = new PayloadWriter();
        foreach ((long number, string text) in values)
        {
            writer.WriteSigned(number);
            writer.WriteUnsigned(unchecked((ulong)number));
            writer.WriteText(WellFormed(text));
        }

        return writer.ToPayload();
    }

    // Half a surrogate pair has no UTF-8.
    private static string WellFormed(string text) => string.Concat(text.Where(unit => !char.IsSurrogate(unit)));
}
